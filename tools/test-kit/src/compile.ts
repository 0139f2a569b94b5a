/**
 * The compiler, run on programs that tests write: against the built packages, as users have them.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");

/** A running program; disposing it kills it. */
export interface Program extends AsyncDisposable {
  /** Returns the next line that it prints. Rejects when it ends before. */
  line(): Promise<string>;
  /** Returns all further lines once it ended. Rejects when its status is not 0. */
  rest(): Promise<string[]>;
}

/** A compiled set of files, gone when it is disposed. */
export interface Compiled extends AsyncDisposable {
  /** What the compiler had to say; empty when nothing. */
  readonly complaints: string;
  /** Runs one of the files. */
  start(file: string): Program;
}

/** What of the compiler's options is not the packages' own. */
export interface CompileOptions {
  /** Whether decorators are those that TypeScript had before the standard. Default `false`. */
  readonly experimentalDecorators?: boolean;
}

/** Compiles files, which are given by name and text. */
export async function compile(
  files: Readonly<Record<string, string>>,
  { experimentalDecorators = false }: CompileOptions = {},
): Promise<Compiled> {
  // Below the workspace's node_modules, so that packages are found as in a program of a user.
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, "fourwire-"));
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      customConditions: [],
      experimentalDecorators,
      incremental: false,
      noUnusedLocals: false,
      outDir: "out",
      rootDir: ".",
    },
    files: Object.keys(files),
  };
  const written = { ...files, "package.json": '{ "type": "module" }', "tsconfig.json": JSON.stringify(config) };
  await Promise.all(Object.entries(written).map(([name, text]) => writeFile(join(directory, name), text)));
  return {
    complaints: await complain(directory),
    start: (file) => start([join(directory, "out", file.replace(/ts$/, "js"))]),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

async function complain(directory: string): Promise<string> {
  const child = spawn(process.execPath, [compiler, "-p", directory], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  return lines.map((line) => line.replace(/^\S*?([\w-]+\.ts)\(/, "$1(")).join("\n");
}

function start(args: readonly string[]): Program {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const end = async (): Promise<never> => {
    const [status]: unknown[] = await ended;
    throw new Error(`The program ended with ${String(status)}:\n${complaints}`);
  };
  return {
    async line() {
      const next = await lines.next();
      return next.done ? await end() : next.value;
    },
    async rest() {
      const rest: string[] = [];
      for (let next = await lines.next(); !next.done; next = await lines.next()) rest.push(next.value);
      const [status]: unknown[] = await ended;
      return status === 0 ? rest : await end();
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
