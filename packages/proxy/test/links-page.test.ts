import { compile, readPage } from "@fourwire/test-kit";
import { describe, expect, it } from "vitest";

const pages = [
  { path: "docs/transports/pipe.md", program: "parent.ts" },
  { path: "docs/transports/message-port.md", program: "page.ts" },
];

describe.each(pages)("$path", { timeout: 60_000 }, ({ path, program }) => {
  it("shows programs that compile, and print what it says", async () => {
    const { files } = await readPage(path);
    await using compiled = await compile(files);
    expect(compiled.complaints).toBe("");
    await using running = compiled.start(program);
    expect(await running.rest()).toEqual(["HELLO"]);
    expect(files[program]).toContain("// HELLO");
  });
});

it("docs/transports/message-port.md shows a port of one's own that closes well", { timeout: 60_000 }, async () => {
  const { files } = await readPage("docs/transports/message-port.md");
  await using compiled = await compile(files);
  await using running = compiled.start("ports.ts");
  expect(await running.rest()).toEqual([]);
});
