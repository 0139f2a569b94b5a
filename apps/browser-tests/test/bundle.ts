/** What the page loads, made from the packages' sources as an application's bundler would. */
import { gzipSync } from "node:zlib";
import { type BuildOptions, build, type Metafile } from "esbuild";

const OPTIONS = {
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  conditions: ["@fourwire/source"],
  absWorkingDir: import.meta.dirname,
  outdir: "built",
  write: false,
  metafile: true,
} as const satisfies BuildOptions;

/** Bundles scripts of `src/` and returns what a site serves for them, by path: themselves, and the chunks they load. */
export async function bundle(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const entryPoints = names.map((name) => `../src/${name}.ts`);
  const { outputFiles } = await build({ ...OPTIONS, entryPoints });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*\/built(?=\/)/, ""), text]));
}

/** How much something is. */
export interface Bytes {
  readonly minified: number;
  readonly gzipped: number;
}

/** The size of what a page loads, and what that consists of. */
export interface Size {
  /** What it loads before anything runs: its script, and what that imports. */
  readonly first: Bytes;
  /** What it loads when it needs it, each by the name of the module asked for. */
  readonly later: ReadonlyMap<string, Bytes>;
  /** The modules in the first part, with the bytes of each. */
  readonly inputs: ReadonlyMap<string, number>;
}

/** Measures what an application loads that imports these names, without the CBOR library. */
export async function measure(imports: string): Promise<Size> {
  const stdin = { contents: imports, resolveDir: import.meta.dirname };
  const { outputFiles, metafile } = await build({ ...OPTIONS, stdin, external: ["cbor-x", "cbor-x/*"] });
  const { outputs } = metafile;
  const bytesOf = (paths: Iterable<string>): Bytes => {
    const texts = [...paths].map((path) => outputFiles.find((file) => file.path.endsWith(path))?.text ?? "");
    return {
      minified: sum(texts.map((text) => Buffer.byteLength(text))),
      gzipped: sum(texts.map((text) => gzipSync(text, { level: 9 }).byteLength)),
    };
  };
  const entries = Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint ? [{ path, entryPoint }] : [],
  );
  const page = entries.find(({ entryPoint }) => entryPoint === "<stdin>");
  const first = withImports(outputs, page?.path ?? "");
  const later = entries.filter((entry) => entry !== page);
  return {
    first: bytesOf(first),
    later: new Map(
      later.map(({ path, entryPoint }) => {
        const more = [...withImports(outputs, path)].filter((each) => !first.has(each));
        return [entryPoint.replace(/^.*\/|\.ts$/g, ""), bytesOf(more)];
      }),
    ),
    inputs: new Map(
      [...first].flatMap((path) =>
        Object.entries(outputs[path]?.inputs ?? {}).map(
          ([input, { bytesInOutput }]) => [input, bytesInOutput] as const,
        ),
      ),
    ),
  };
}

/** Finds the files that one brings along. */
function withImports(outputs: Metafile["outputs"], path: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
    if (kind === "import-statement" && !external) withImports(outputs, imported, found);
  }
  return found;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
