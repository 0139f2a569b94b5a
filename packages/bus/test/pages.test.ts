import { compile, readPage } from "@fourwire/test-kit";
import { describe, expect, it } from "vitest";

const pages = [
  { path: "docs/bus.md", program: "program.ts", blocks: 10, prints: [] },
  { path: "docs/coming-from/pymq.md", program: "line-by-line.ts", blocks: 1, prints: ["0.5"] },
];

describe.each(pages)("$path", { timeout: 60_000 }, ({ path, program, blocks, prints }) => {
  it("shows programs that compile, and one that ends well", async () => {
    const { files } = await readPage(path);
    expect(Object.keys(files).length).toBeGreaterThanOrEqual(blocks);
    expect(await run(files, program)).toEqual(prints);
  });
});

it("decorators do in a compiled program what they do by hand", { timeout: 60_000 }, async () => {
  const text = `
import { connectBus, listener, remote } from "@fourwire/bus";
import { memory } from "@fourwire/transport/memory";

class Shop {
  @listener("news")
  hear(news: string): void {
    console.log("heard", news);
  }
  @remote()
  echo(text: string): string {
    return text;
  }
}

await using transport = memory();
await using bus = await connectBus({ transport });
await bus.bind(new Shop());
console.log((await bus.publish("news", "hello")).receivers);
console.log(await bus.stub("Shop.echo")("hi"));
`;
  expect([...(await run({ "shop.ts": text }, "shop.ts"))].sort()).toEqual(["1", "heard hello", "hi"]);
});

/** Compiles files and returns the lines that one of them prints. */
async function run(files: Readonly<Record<string, string>>, program: string): Promise<readonly string[]> {
  await using compiled = await compile(files);
  expect(compiled.complaints).toBe("");
  await using running = compiled.start(program);
  return await running.rest();
}
