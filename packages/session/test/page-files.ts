/**
 * The programs of a page that consist of several files.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Collects a page's files by name; blocks of the same name are parts of one file, in their order. */
export function filesOf(page: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [, name = "", code = ""] of page.matchAll(/^```ts (\S+\.ts)\n(.*?)^```$/gms)) {
    files.set(name, [files.get(name), code].filter(Boolean).join("\n"));
  }
  return files;
}

/** Files in a folder beside the tests, where their imports resolve as those of the tests do. */
export interface WrittenFiles extends AsyncDisposable {
  readonly folder: string;
}

/** Writes files; disposing removes them. */
export async function writeFiles(files: ReadonlyMap<string, string>): Promise<WrittenFiles> {
  const folder = await mkdtemp(join(import.meta.dirname, ".snippet-"));
  await Promise.all([...files].map(([name, text]) => writeFile(join(folder, name), text)));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Checks the types of files, with the options of the tests. Returns what the compiler says: nothing when all is well. */
export async function checkTypes(files: ReadonlyMap<string, string>): Promise<string> {
  const configuration = {
    extends: "../../../../tsconfig.test.json",
    compilerOptions: { incremental: false },
    files: [...files.keys()],
  };
  await using written = await writeFiles(new Map([...files, ["tsconfig.json", JSON.stringify(configuration)]]));
  const compiler = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
  const child = spawn(process.execPath, [compiler, "-p", written.folder], { stdio: ["ignore", "pipe", "inherit"] });
  return (await child.stdout.toArray()).join("");
}
