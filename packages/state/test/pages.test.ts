import { describe, expect, it } from "vitest";
import { compile } from "./compile.ts";
import { readPage } from "./snippets.ts";

const pages = ["docs/state.md", "docs/state/processes.md", "docs/coming-from/zproc.md", "packages/state/README.md"];

describe.each(pages)("%s", { timeout: 60_000 }, (path) => {
  it("shows programs that compile", async () => {
    const { files } = await readPage(path);
    expect(Object.keys(files).length).toBeGreaterThan(0);
    expect(await compile(files)).toBe("");
  });
});
