import { once } from "node:events";
import { createServer } from "node:net";
import { compile, readPage } from "@fourwire/test-kit";
import { describe, expect, it } from "vitest";

const pages = [
  ...["README.md", "docs/proxy.md", "docs/proxy/contracts.md", "docs/proxy/instances.md", "docs/proxy/agents.md"],
  ...[
    "docs/proxy/types.md",
    "docs/proxy/hand-over.md",
    "docs/hub.md",
    "docs/container.md",
    "docs/proxy-sync.md",
    "docs/coming-from/pizco.md",
  ],
];

/** Finds a port that is free, for programs whose text names one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  return address.port;
}

describe.each(pages)("%s", { timeout: 60_000 }, (path) => {
  it("shows programs that compile", async () => {
    const { files } = await readPage(path);
    expect(Object.keys(files).length).toBeGreaterThan(2);
    // Pages with a container use its decorators, which are older than the standard.
    await using compiled = await compile(files, { experimentalDecorators: true });
    expect(compiled.complaints).toBe("");
  });
});

it("README.md shows what its programs print", { timeout: 60_000 }, async () => {
  const { files, outputs } = await readPage("README.md");
  const port = await freePort();
  const entries = Object.entries(files).map(([name, text]) => [name, text.replace(":8000", `:${port}`)]);
  await using compiled = await compile(Object.fromEntries(entries));
  await using server = compiled.start("server.ts");
  expect(await server.line()).toBe(`serving at tcp://127.0.0.1:${port}`);
  await using client = compiled.start("client.ts");
  expect(await client.rest()).toStrictEqual(outputs[0]?.trim().split("\n"));
});

it.each(["docs/proxy.md", "docs/proxy-sync.md", "docs/coming-from/pizco.md"])(
  "%s shows a client that ends well",
  { timeout: 60_000 },
  async (page) => {
    const { files } = await readPage(page);
    const port = await freePort();
    const programs = ["robot.ts", "server.ts", "client.ts"].map((name) => [
      name,
      files[name]?.replace(":8000", `:${port}`),
    ]);
    // The page's server is disposed at the end of its program, so this one waits for it to be ended.
    const ready = 'console.log("ready");\nawait new Promise((resolve) => setInterval(resolve, 2 ** 30));\n';
    const server = `${programs[1]?.[1]}${ready}`;
    await using compiled = await compile({ ...Object.fromEntries(programs), "server.ts": server });
    await using serving = compiled.start("server.ts");
    expect(await serving.line()).toBe("ready");
    await using client = compiled.start("client.ts");
    expect(await client.rest()).toStrictEqual([]);
  },
);

it("docs/hub.md shows what its programs print", { timeout: 60_000 }, async () => {
  const { files } = await readPage("docs/hub.md");
  const port = await freePort();
  const entries = Object.entries(files).map(([name, text]) => [name, text.replace(":7000", `:${port}`)]);
  await using compiled = await compile(Object.fromEntries(entries));
  await using hub = compiled.start("hub.ts");
  expect(await hub.line()).toBe(`hub at tcp://127.0.0.1:${port}`);
  await using user = compiled.start("user.ts");
  expect(await user.rest()).toStrictEqual(["order.placed apples", "peel"]);
  await using bounds = compiled.start("bounds.ts");
  expect(await bounds.rest()).toStrictEqual([]);
});

it("docs/container.md shows an application that prints what it says", { timeout: 60_000 }, async () => {
  const { files, outputs } = await readPage("docs/container.md");
  await using compiled = await compile(files, { experimentalDecorators: true });
  await using program = compiled.start("main.ts");
  expect(await program.rest()).toStrictEqual(outputs[0]?.trim().split("\n"));
});
