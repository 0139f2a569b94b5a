import { describe, expect, it } from "vitest";
import {
  DEFAULT_CALL_TIMEOUT_MS,
  DEFAULT_HEARTBEAT,
  DEFAULT_LIMITS,
  DEFAULT_PARKING,
  DEFAULT_RECONNECT,
} from "../src/index.ts";
import { DEFAULT_HANDSHAKE_TIMEOUT_MS } from "../src/limits.ts";
import { readPage, snippetsOf, tablesOf } from "./markdown.ts";
import { checkSnippetTypes, runSnippet } from "./snippets.ts";

const page = readPage("session.md");
const snippets = snippetsOf(page, "ts").map((code, index) => ({ number: index + 1, code }));

describe("docs/session.md", () => {
  it("has programs", () => {
    expect(snippets.length).toBeGreaterThan(5);
  });

  it.each(snippets)("has a program $number that prints what the page shows", async ({ code }) => {
    const { printed, shown } = await runSnippet(code);
    expect(printed).toStrictEqual(shown);
  });

  it("has programs that compile", async () => {
    expect(await checkSnippetTypes(snippets.map(({ code }) => code))).toBe("");
  });

  it("would be caught with a program that does not compile", async () => {
    expect(await checkSnippetTypes(["export const half: number = '21';"])).toContain("program-1.ts");
  });

  it("has the options with their defaults", () => {
    const [defaults = []] = tablesOf(page, "Options");
    expect(Object.fromEntries(defaults.map(([name, value]) => [name, Number(value)]))).toStrictEqual({
      callTimeoutMs: DEFAULT_CALL_TIMEOUT_MS,
      handshakeTimeoutMs: DEFAULT_HANDSHAKE_TIMEOUT_MS,
      ...prefixed("heartbeat", { ...DEFAULT_HEARTBEAT }),
      ...prefixed("limits", { ...DEFAULT_LIMITS }),
      ...prefixed("reconnect", { ...DEFAULT_RECONNECT }),
      ...prefixed("parking", { ...DEFAULT_PARKING }),
    });
  });
});

function prefixed(prefix: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
