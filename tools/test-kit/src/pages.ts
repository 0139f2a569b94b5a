/**
 * The TypeScript in Markdown pages, as programs.
 *
 * A block that begins with "```ts name.ts" is that file. Every other block stands alone, or behind what the page gives
 * all of them in a comment that begins with "<!-- snippets:".
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

/** What a page shows. */
export interface Page {
  /** The files that its blocks make up, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The blocks of plain text, which are what programs print. */
  readonly outputs: readonly string[];
}

/** Reads a page, which is named by its path in the repository. */
export async function readPage(path: string): Promise<Page> {
  const text = await readFile(resolve(root, path), "utf8");
  const shared = /<!-- snippets:\n(.*?)-->/s.exec(text)?.[1];
  const blocks = [...text.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)];
  const files = blocks.flatMap(([, language, name, code = ""], index): [string, string][] => {
    if (language !== "ts") return [];
    return [[name || `block-${index + 1}.ts`, name || !shared ? code : `${shared}{\n${code}}\n`]];
  });
  return {
    files: Object.fromEntries(files),
    outputs: blocks.filter(([, language]) => language === "text").map(([, , , output = ""]) => output),
  };
}
