/**
 * Reading the parts of a page that are checked against the code.
 *
 * @module
 */

import { readFileSync } from "node:fs";

/** Reads a page of `docs/`. */
export function readPage(path: string): string {
  return readFileSync(new URL(`../../../docs/${path}`, import.meta.url), "utf8");
}

/** Returns the rows of the tables of a section, by the text of its heading, without their headers: trimmed cells without backticks. */
export function tablesOf(page: string, heading: string): readonly (readonly (readonly string[])[])[] {
  const section = sectionOf(page, heading);
  const tables: string[][][] = [];
  let rows: string[][] | undefined;
  for (const line of section.split("\n")) {
    if (!line.startsWith("|")) {
      rows = undefined;
    } else if (rows) {
      rows.push(cellsOf(line));
    } else {
      rows = [cellsOf(line)];
      tables.push(rows);
    }
  }
  // A header and a rule come before the rows.
  return tables.map((table) => table.slice(2));
}

/** Returns the code blocks of a language. */
export function snippetsOf(page: string, language: string): readonly string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, found, code]) =>
    found === language && code !== undefined ? [code] : [],
  );
}

function sectionOf(page: string, heading: string): string {
  const [, rest] = page.split(new RegExp(`^#+ ${heading}$`, "m"));
  if (rest === undefined) throw new Error(`The page has no section "${heading}"`);
  const end = rest.search(/^#+ /m);
  return end === -1 ? rest : rest.slice(0, end);
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("`", ""));
}
