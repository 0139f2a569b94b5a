/** What the page loads, made from the packages' sources as an application's bundler would. */
import { type BuildOptions, build } from "esbuild";
import { rolldown } from "rolldown";
import type { Piece } from "./size.ts";

const CONDITIONS = ["@fourwire/source"];

const OPTIONS = {
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  conditions: CONDITIONS,
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

/** Bundles a script given as text, without the CBOR library. */
export type Bundler = (script: string) => Promise<readonly Piece[]>;

/** Bundles with esbuild. */
export const withEsbuild: Bundler = async (script) => {
  const stdin = { contents: script, resolveDir: import.meta.dirname };
  const { outputFiles, metafile } = await build({ ...OPTIONS, stdin, external: ["cbor-x", "cbor-x/*"] });
  return Object.entries(metafile.outputs).map(([path, { entryPoint, imports, inputs }]) => ({
    path,
    text: outputFiles.find((file) => file.path.endsWith(path))?.text ?? "",
    asked: entryPoint,
    isPage: entryPoint === "<stdin>",
    imports: imports.flatMap((each) => (each.kind === "import-statement" && !each.external ? [each.path] : [])),
    inputs: new Map(Object.entries(inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput])),
  }));
};

/** Bundles with Rolldown, as Vite does. */
export const withRolldown: Bundler = async (script) => {
  const page = `${import.meta.dirname}/page-of-the-test.js`;
  await using made = await rolldown({
    input: page,
    platform: "browser",
    external: /^cbor-x/,
    resolve: { conditionNames: CONDITIONS },
    plugins: [
      { name: "page", resolveId: (id) => (id === page ? id : null), load: (id) => (id === page ? script : null) },
    ],
  });
  const { output } = await made.generate({ format: "esm", minify: true });
  const chunks = output.filter((each) => each.type === "chunk");
  const paths = new Set(chunks.map(({ fileName }) => fileName));
  return chunks.map(({ fileName, code, facadeModuleId, isEntry, isDynamicEntry, imports, modules }) => ({
    path: fileName,
    text: code,
    asked: isEntry || isDynamicEntry ? (facadeModuleId ?? undefined) : undefined,
    isPage: isEntry,
    imports: imports.filter((path) => paths.has(path)),
    inputs: new Map(Object.entries(modules).map(([input, { renderedLength }]) => [input, renderedLength])),
  }));
};
