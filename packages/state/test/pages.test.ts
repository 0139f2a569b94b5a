import { compile, readPage } from "@fourwire/test-kit";
import { describe, expect, it } from "vitest";

const pages = ["docs/state.md", "docs/state/processes.md", "docs/coming-from/zproc.md", "packages/state/README.md"];

describe.each(pages)("%s", { timeout: 60_000 }, (path) => {
  it("shows programs that compile", async () => {
    const { files } = await readPage(path);
    expect(Object.keys(files).length).toBeGreaterThan(0);
    await using compiled = await compile(files);
    expect(compiled.complaints).toBe("");
  });
});
