/**
 * The compiler, run on programs that pages show: against the built packages, as users have them.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");

/** Compiles files, which are given by name and text, and returns what the compiler had to say; empty when nothing. */
export async function compile(files: Readonly<Record<string, string>>): Promise<string> {
  // Below this package's node_modules, so that packages are found as in a program of a user.
  const cache = resolve(import.meta.dirname, "../node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, "fourwire-"));
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: { customConditions: [], incremental: false, noUnusedLocals: false, noEmit: true, rootDir: "." },
    files: Object.keys(files),
  };
  const written = { ...files, "package.json": '{ "type": "module" }', "tsconfig.json": JSON.stringify(config) };
  await Promise.all(Object.entries(written).map(([name, text]) => writeFile(join(directory, name), text)));
  try {
    return await new Promise((done) => {
      execFile(process.execPath, [compiler, "-p", directory], (_, output) => done(output));
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}
