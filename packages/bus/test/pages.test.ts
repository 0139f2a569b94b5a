import { describe, expect, it } from "vitest";
import { compile } from "../../proxy/test/compile.ts";
import { readPage } from "../../proxy/test/snippets.ts";

const pages = [
  { path: "docs/bus.md", program: "program.ts" },
  { path: "docs/coming-from/pymq.md", program: "line-by-line.ts" },
];

describe.each(pages)("$path", { timeout: 60_000 }, ({ path, program }) => {
  it("shows programs that compile, and one that ends well", async () => {
    const { files } = await readPage(path);
    expect(files[program]).toBeDefined();
    await using compiled = await compile(files);
    expect(compiled.complaints).toBe("");
    await using running = compiled.start(program);
    await running.rest();
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
  await using compiled = await compile({ "shop.ts": text });
  expect(compiled.complaints).toBe("");
  await using running = compiled.start("shop.ts");
  expect((await running.rest()).sort()).toEqual(["1", "heard hello", "hi"]);
});
