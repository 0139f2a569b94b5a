/**
 * Running the programs of a page as its readers would.
 *
 * @module
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "node:util";
import { vi } from "vitest";
import { checkTypes } from "./page-files.ts";

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
  try {
    const file = join(folder, "snippet.ts");
    await writeFile(file, code);
    return await runFile(file, code);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs a program that is in a file, as `runSnippet` does. */
export async function runFile(file: string, code: string): Promise<SnippetRun> {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => void printed.push(format(...values)));
  try {
    await import(file);
  } finally {
    log.mockRestore();
  }
  return { printed, shown: commentsOf(code) };
}

/** Checks the types of programs, with the options of the tests. Returns what the compiler says: nothing when all is well. */
export async function checkSnippetTypes(programs: readonly string[]): Promise<string> {
  return await checkTypes(new Map(programs.map((code, index) => [`program-${index + 1}.ts`, code])));
}

function commentsOf(code: string): string[] {
  const lines = code.split("\n");
  const first = lines.findIndex((line) => line.includes("console.log"));
  return lines.slice(first).flatMap((line) => {
    const [, comment] = line.split(/(?:^|\s)\/\/ (.*)$/);
    return comment === undefined ? [] : [comment];
  });
}
