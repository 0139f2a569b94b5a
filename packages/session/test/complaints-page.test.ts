import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readPage, tablesOf } from "./markdown.ts";

const PACKAGES = new URL("../../", import.meta.url);
const APPS = new URL("../../../apps/", import.meta.url);
const page = readPage("complaints.md");
const [answered = []] = tablesOf(page, "Answered");
const [open = []] = tablesOf(page, "Not answered yet");

/** A test as the page names it. */
interface Citation {
  readonly row: number;
  readonly file: string;
  readonly title: string;
}

const citations: readonly Citation[] = answered.flatMap(([number, , , proof = ""]) =>
  [...proof.matchAll(/(\S+\.test\.ts) "([^"]+)"/g)].map(([, file = "", title = ""]) => ({
    row: Number(number),
    file: file.replace("<br>", ""),
    title,
  })),
);

/** Finds where a package or an app keeps a test, by the name that the page has for it. */
function locate(file: string): URL {
  const place = file.replace("/", "/test/");
  const inPackage = new URL(place, PACKAGES);
  return existsSync(inPackage) ? inPackage : new URL(place, APPS);
}

/** The tests that name a complaint in their titles. */
const named: readonly Citation[] = readdirSync(PACKAGES).flatMap((name) => {
  const folder = new URL(`${name}/test/`, PACKAGES);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.filter((file) => /^complaints.*\.test\.ts$/.test(file)).flatMap((file) => titlesOf(`${name}/${file}`));
});

function titlesOf(file: string): Citation[] {
  const source = readFileSync(locate(file), "utf8");
  return [...source.matchAll(/\bit\(\s*"(complaint (\d+): [^"]+)"/g)].map(([, title = "", row]) => ({
    row: Number(row),
    file,
    title,
  }));
}

describe("docs/complaints.md", () => {
  it("has every complaint once, answered or not", () => {
    const numbers = [...answered, ...open].map(([number]) => Number(number)).sort((a, b) => a - b);
    expect(numbers).toStrictEqual(Array.from({ length: 32 }, (_, index) => index + 1));
  });

  it("names a test for every answer", () => {
    const proven = new Set(citations.map(({ row }) => row));
    expect(answered.map(([number]) => Number(number)).filter((number) => !proven.has(number))).toStrictEqual([]);
  });

  it.each(citations)("names $file: $title, which exists", ({ file, title }) => {
    const source = readFileSync(locate(file), "utf8");
    expect([`"${title}"`, `\`${title}\``].some((literal) => source.includes(literal))).toBe(true);
  });

  it("names every test of a complaint, in its row", () => {
    expect(named.length).toBeGreaterThan(20);
    expect(citations).toEqual(expect.arrayContaining([...named]));
  });

  it("names promises of the contract that exist", () => {
    const ids = answered.flatMap(([, , , proof = ""]) =>
      [...proof.matchAll(/contract\.md (\S+)/g)].map(([, id]) => id),
    );
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(readPage("contract.md")).toContain(`| \`${id}\` |`);
  });
});
