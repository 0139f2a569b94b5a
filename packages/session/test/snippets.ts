/**
 * Running the programs of a page as its readers would.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { vi } from "vitest";

/** What a program printed, and what the page says that it prints. */
export interface SnippetRun {
  readonly printed: readonly string[];
  readonly shown: readonly string[];
}

/**
 * Runs a program: a module that imports packages by name and ends by itself.
 *
 * What it shows to print are the comments from its first `console.log` on, one
 * a line.
 */
export async function runSnippet(code: string): Promise<SnippetRun> {
  // Within the package, where its imports resolve as those of its tests do.
  const folder = await mkdtemp(join(import.meta.dirname, ".snippet-"));
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => void printed.push(format(...values)));
  try {
    const file = join(folder, "snippet.ts");
    await writeFile(file, code);
    await import(file);
  } finally {
    log.mockRestore();
    await rm(folder, { recursive: true });
  }
  return { printed, shown: commentsOf(code) };
}

/** Checks the types of programs, with the options of the tests. Returns what the compiler says: nothing when all is well. */
export async function checkSnippetTypes(programs: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, ".snippet-"));
  try {
    const configuration = {
      extends: "../../../../tsconfig.test.json",
      compilerOptions: { incremental: false },
      files: programs.map((_, index) => `program-${index + 1}.ts`),
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(configuration));
    await Promise.all(programs.map((code, index) => writeFile(join(folder, `program-${index + 1}.ts`), code)));
    const compiler = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
    const child = spawn(process.execPath, [compiler, "-p", folder], { stdio: ["ignore", "pipe", "inherit"] });
    return (await child.stdout.toArray()).join("");
  } finally {
    await rm(folder, { recursive: true });
  }
}

function commentsOf(code: string): string[] {
  const lines = code.split("\n");
  const first = lines.findIndex((line) => line.includes("console.log"));
  return lines.slice(first).flatMap((line) => {
    const [, comment] = line.split(/(?:^|\s)\/\/ (.*)$/);
    return comment === undefined ? [] : [comment];
  });
}
