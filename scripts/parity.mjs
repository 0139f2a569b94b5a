// @ts-check
/**
 * Writes docs/parity.md: what the Python originals promise, and the tests that keep it.
 *
 * The promises of a library are in the `parity.json` beside the tests; a test
 * cites one by its id, in brackets, in its name. It fails when a promise has
 * neither a test nor a reason to wait, and when a test cites what nobody promised.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** @typedef {{ readonly id: string, readonly promise: string, readonly later?: string }} Promised */
/** @typedef {{ readonly library: string, readonly source: string, readonly promises: readonly Promised[] }} Parity */
/** @typedef {{ readonly file: string, readonly name: string, readonly ids: readonly string[] }} Citation */

const root = resolve(import.meta.dirname, "..");
const folders = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "test"));

const libraries = folders.map((folder) => join(folder, "parity.json")).filter((path) => existsSync(path));
const parities = libraries.map(readParity);
const citations = folders.filter((folder) => existsSync(folder)).flatMap(findCitations);
const mistakes = [...findUnkept(parities, citations), ...findUnknown(parities, citations)];
if (mistakes.length === 0) writeFileSync(join(root, "docs/parity.md"), render(parities, citations));
for (const mistake of mistakes) console.error(mistake);
process.exitCode = mistakes.length === 0 ? 0 : 1;

/**
 * @param {string} path
 * @returns {Parity}
 */
function readParity(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/**
 * Finds the names of tests and of groups of tests that cite promises.
 *
 * @param {string} folder
 * @returns {Citation[]}
 */
function findCitations(folder) {
  const files = readdirSync(folder, { encoding: "utf8", recursive: true }).filter((name) => name.endsWith(".test.ts"));
  return files.flatMap((name) => {
    const file = join(folder, name);
    const titles = readFileSync(file, "utf8").matchAll(/(["`])((?:(?!\1).)*\[[a-z]+-\d+\])\1/g);
    return [...titles].map(([, , title = ""]) => ({
      file: relative(root, file),
      name: title.replaceAll(/ ?\[[a-z]+-\d+\]/g, ""),
      ids: [...title.matchAll(/\[([a-z]+-\d+)\]/g)].map(([, id = ""]) => id),
    }));
  });
}

/**
 * @param {readonly Parity[]} all
 * @param {readonly Citation[]} cited
 * @returns {string[]}
 */
function findUnkept(all, cited) {
  const kept = new Set(cited.flatMap(({ ids }) => ids));
  return all.flatMap(({ promises }) =>
    promises.flatMap(({ id, later }) => {
      if (kept.has(id) && later) return [`${id} has a test and waits ${later}: one of the two is wrong`];
      return kept.has(id) || later ? [] : [`${id} has neither a test nor a reason to wait`];
    }),
  );
}

/**
 * @param {readonly Parity[]} all
 * @param {readonly Citation[]} cited
 * @returns {string[]}
 */
function findUnknown(all, cited) {
  const known = new Set(all.flatMap(({ promises }) => promises.map(({ id }) => id)));
  return cited.flatMap(({ file, ids }) =>
    ids.filter((id) => !known.has(id)).map((id) => `${file} cites ${id}, which nobody promised`),
  );
}

/**
 * @param {readonly Parity[]} all
 * @param {readonly Citation[]} cited
 * @returns {string}
 */
function render(all, cited) {
  const head = [
    "# What the originals promise, and the tests that keep it",
    "Written by `npm run docs` from the `parity.json` files beside the tests, and from the tests' names.",
  ];
  const parts = all.flatMap((parity) => renderLibrary(parity, cited));
  return `${[...head, ...parts].join("\n\n")}\n`;
}

/**
 * @param {Parity} parity
 * @param {readonly Citation[]} cited
 * @returns {string[]}
 */
function renderLibrary({ library, source, promises }, cited) {
  const kept = promises.filter(({ later }) => !later).length;
  const rows = promises.map(({ id, promise, later }) => {
    const tests = cited
      .filter(({ ids }) => ids.includes(id))
      .map(({ file, name }) => `${escapeCell(name)} (\`${file}\`)`);
    return `| ${id} | ${escapeCell(promise)} | ${later ? `not yet: ${later}` : [...new Set(tests)].join("<br>")} |`;
  });
  return [
    `## ${library}`,
    `From ${source}: ${kept} of ${promises.length} promises are kept.`,
    ["| id | promise | tests |", "| --- | --- | --- |", ...rows].join("\n"),
  ];
}

/**
 * @param {string} text
 * @returns {string}
 */
function escapeCell(text) {
  return text.replaceAll("|", "\\|");
}
