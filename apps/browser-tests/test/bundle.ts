/** What the page loads, made from the packages' sources as an application's bundler would. */
import { gzipSync } from "node:zlib";
import { type BuildOptions, type BuildResult, build, type Metafile } from "esbuild";

const OPTIONS: BuildOptions & { readonly metafile: true } = {
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  conditions: ["@fourwire/source"],
  write: false,
  metafile: true,
};

/** Bundles one script of `src/`. */
export async function bundle(name: string): Promise<string> {
  const result = await build({ ...OPTIONS, entryPoints: [new URL(`../src/${name}.ts`, import.meta.url).pathname] });
  return textOf(result);
}

/** The size of a bundle, and what it consists of. */
export interface Size {
  readonly minifiedBytes: number;
  readonly gzippedBytes: number;
  readonly inputs: Metafile["outputs"][string]["inputs"];
}

/** Measures what an application loads that imports these names, without the CBOR library. */
export async function measure(imports: string): Promise<Size> {
  const stdin = { contents: imports, resolveDir: import.meta.dirname };
  const result = await build({ ...OPTIONS, stdin, external: ["cbor-x", "cbor-x/*"] });
  const text = textOf(result);
  const [output] = Object.values(result.metafile.outputs);
  return {
    minifiedBytes: Buffer.byteLength(text),
    gzippedBytes: gzipSync(text, { level: 9 }).byteLength,
    inputs: output?.inputs ?? {},
  };
}

function textOf({ outputFiles = [] }: BuildResult): string {
  const [file] = outputFiles;
  if (!file) throw new Error("Nothing was built");
  return file.text;
}
