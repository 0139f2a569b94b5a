/**
 * The compiler, run on programs that tests write: against the built packages, as users have them.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");

/** A compiled program, gone when it is disposed. */
export interface Compiled extends AsyncDisposable {
  /** What the compiler had to say; empty when nothing. */
  readonly complaints: string;
  /** Runs one of the files and returns what it prints. Rejects when it ends with another status than 0. */
  run(file: string): Promise<string>;
}

/** Compiles files, which are given by name and text. */
export async function compile(files: Readonly<Record<string, string>>): Promise<Compiled> {
  // Below the workspace's node_modules, so that packages are found as in a program of a user.
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, "fourwire-"));
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: { customConditions: [], incremental: false, noUnusedLocals: false, outDir: "out", rootDir: "." },
    files: Object.keys(files),
  };
  const written = { ...files, "package.json": '{ "type": "module" }', "tsconfig.json": JSON.stringify(config) };
  await Promise.all(Object.entries(written).map(([name, text]) => writeFile(join(directory, name), text)));
  const { output } = await execute([compiler, "-p", directory]);
  return {
    complaints: output.replaceAll(/^.*?([\w-]+\.ts)\(/gm, "$1("),
    async run(file) {
      const { status, output: printed } = await execute([join(directory, "out", file.replace(/ts$/, "js"))]);
      if (status !== 0) throw new Error(`${file} ended with ${status}:\n${printed}`);
      return printed;
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

function execute(args: readonly string[]): Promise<{ readonly status: number | string; readonly output: string }> {
  return new Promise((finish) => {
    const options = { timeout: 30_000, killSignal: "SIGKILL" } as const;
    execFile(process.execPath, [...args], options, (error, stdout, stderr) => {
      finish({ status: error ? (error.code ?? error.signal ?? "nothing") : 0, output: `${stdout}${stderr}`.trim() });
    });
  });
}
