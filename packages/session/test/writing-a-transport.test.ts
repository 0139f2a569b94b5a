import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { accept, transportContract } from "@fourwire/transport/conformance";
import { afterAll, describe, expect, it } from "vitest";
import { readPage } from "./markdown.ts";
import { checkTypes, filesOf, writeFiles } from "./page-files.ts";
import { runFile } from "./snippets.ts";

const page = readPage("writing-a-transport.md");
const files = filesOf(page);
const { folder, [Symbol.asyncDispose]: remove } = await writeFiles(files);
afterAll(remove);

/** Those of the ports are not this driver's to keep. */
const promised = transportContract.filter(({ needs }) => needs === undefined || needs === "detectsLoss");

// Registers the tests of the page: the whole contract, and requests over the driver.
await import(join(folder, "conformance.ts"));

describe("docs/writing-a-transport.md", () => {
  it("has programs that compile", { timeout: 60_000 }, async () => {
    expect([...files.keys()]).toStrictEqual(["tcp.ts", "conformance.ts", "greeting.ts"]);
    expect(await checkTypes(files)).toBe("");
  });

  it("would be caught with a program that does not compile", { timeout: 60_000 }, async () => {
    const broken = new Map([...files, ["tcp.ts", "export const tcp: number = () => 1;"]]);
    expect(await checkTypes(broken)).toContain("tcp.ts");
  });

  it("has a program that prints what the page shows", async () => {
    const { printed, shown } = await runFile(join(folder, "greeting.ts"), files.get("greeting.ts") ?? "");
    expect(printed).toStrictEqual(["hello world"]);
    expect(shown).toStrictEqual(printed);
  });

  it("names every promise that the driver makes", () => {
    expect(promised.length).toBeGreaterThan(40);
    for (const { id } of promised) expect(page, id).toContain(`\`${id}\``);
  });

  it("names no promise that the contract does not have", () => {
    const ids = transportContract.map(({ id }) => id);
    const groups = new Set(ids.map((id) => id.slice(0, id.indexOf("/"))));
    const named = [...page.matchAll(/`([a-z]+)\/[a-z-]+`/g)].filter(([, group = ""]) => groups.has(group));
    expect(named.length).toBeGreaterThan(40);
    for (const [id] of named) expect(ids).toContain(id.slice(1, -1));
  });
});

describe("the driver of the page", () => {
  it.each([
    ["a length beyond the largest message", [0xff, 0xff, 0xff, 0xff], "4294967295 bytes"],
    ["frames that do not add up", [0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 9], "do not add up"],
    ["more frames than a message may have", [0, 0, 0, 4, 0, 1, 0, 1], "exceeds the limit of 65536"],
  ])("ends the channel of who sends %s, at both ends, and takes others", async (_, bytes, why) => {
    const { tcp } = await import(join(folder, "tcp.ts"));
    await using transport = tcp();
    const listener = await transport.listen();
    const socket = connect(Number(new URL(listener.address).port), "127.0.0.1");
    const gone = once(socket.resume(), "close");
    const channel = await accept(listener);
    socket.write(Uint8Array.from(bytes));
    expect(await channel.closed).toMatchObject({ code: "LOST", message: expect.stringContaining(why) });
    await gone;
    await using _near = await transport.connect(listener.address);
    await using _far = await accept(listener);
  });
});
