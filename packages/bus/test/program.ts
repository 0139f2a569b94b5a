/**
 * The programs in a Markdown page, compiled against the built packages and run, as users do.
 *
 * A block that begins with "```ts name.ts" is that file. Every other block stands alone, behind what the page gives all
 * of them in a comment that begins with "<!-- snippets:".
 *
 * @module
 */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");
const execute = promisify(execFile);

/** Reads a page, which is named by its path in the repository, as files by name. */
export async function readPage(path: string): Promise<Record<string, string>> {
  const text = await readFile(join(root, path), "utf8");
  const shared = /<!-- snippets:\n(.*?)-->/s.exec(text)?.[1] ?? "";
  const blocks = [...text.matchAll(/^```ts ?(.*)\n([\s\S]*?)^```$/gm)];
  const files = blocks.map(([, name, code = ""], index): [string, string] => [
    name || `block-${index + 1}.ts`,
    name ? code : `${shared}{\n${code}}\n`,
  ]);
  return Object.fromEntries(files);
}

/** Compiles files and runs one of them. Resolves with the lines that it prints; rejects with what the compiler or the program complains of. */
export async function run(files: Readonly<Record<string, string>>, program: string): Promise<readonly string[]> {
  // Below the workspace's node_modules, so that packages are found as in a program of a user.
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, "fourwire-bus-"));
  const options = { customConditions: [], incremental: false, noUnusedLocals: false, outDir: "out", rootDir: "." };
  const config = { extends: join(root, "tsconfig.base.json"), compilerOptions: options, files: Object.keys(files) };
  const all = { ...files, "package.json": '{ "type": "module" }', "tsconfig.json": JSON.stringify(config) };
  try {
    await Promise.all(Object.entries(all).map(([name, text]) => writeFile(join(directory, name), text)));
    await execute(process.execPath, [compiler, "-p", directory]).catch((error: { stdout?: string }) => {
      throw new Error(error.stdout);
    });
    const { stdout } = await execute(process.execPath, [join(directory, "out", program.replace(/ts$/, "js"))]);
    return stdout.trim().split("\n");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
