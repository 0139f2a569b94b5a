import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { accept } from "@fourwire/transport/conformance";
import type { WebSocketOptions } from "@fourwire/transport-ws";
import { webSocket } from "@fourwire/transport-ws";
import { describe, expect, it } from "vitest";
import { settle } from "../src/options.ts";
import { closeServer } from "./http-server.ts";

const page = readFileSync(new URL("../../../docs/transports/web-socket.md", import.meta.url), "utf8");

/** The snippets of docs/transports/web-socket.md, as they stand there. */
describe("docs/transports/web-socket.md", () => {
  it("opens a channel", async () => {
    await using transport = webSocket();
    await using listener = await transport.listen("ws://127.0.0.1:0/fourwire");
    await using channel = await transport.connect(listener.address);
    await channel.close();
    expect(await (await accept(listener)).closed).toBeUndefined();
  });

  it("listens beside an HTTP server", async () => {
    const server = createServer((_request, response) => response.end("a page")).listen(0, "127.0.0.1");
    await using transport = webSocket({ server });
    await using listener = await transport.listen("/robots");
    expect(listener.address).toMatch(/\/robots$/);
    await transport.close();
    await closeServer(server);
  });

  it("says who may connect", async () => {
    const options = {
      origins: ["https://app.example"],
      hosts: ["robots.example"],
      verify: ({ headers }) => headers["sec-websocket-protocol"]?.includes("token.123") || "the token is missing",
    } satisfies WebSocketOptions;
    await using transport = webSocket(options);
    await using listener = await transport.listen("ws://127.0.0.1:0");
    await using page = webSocket({ protocols: ["token.123"] });
    await using channel = await page.connect(listener.address);
    await channel.close();
    await expect(transport.connect(listener.address)).rejects.toThrow("the token is missing");
  });

  it("shows the code that is tested here", () => {
    const source = readFileSync(new URL(import.meta.url), "utf8").replaceAll(/^ +/gm, "");
    const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
    expect(blocks.length).toBe(3);
    for (const code of blocks) {
      const statements = code.replaceAll(/^import .*\n+/gm, "").replaceAll(/^ +/gm, "");
      expect(source).toContain(statements);
    }
  });

  it("tells every option with its default", () => {
    const rows = new Map([...page.matchAll(/^\| `(\w+)` \| ([\d,]+)/gm)].map(([, name, value]) => [name, value]));
    const { maxBufferedBytes, maxChannels, connectTimeoutMs, closeTimeoutMs } = settle({});
    expect(rows.get("maxBufferedBytes")).toBe(String(maxBufferedBytes / 1024 / 1024));
    expect(rows.get("maxChannels")).toBe(maxChannels.toLocaleString("en"));
    expect(rows.get("connectTimeoutMs")).toBe(connectTimeoutMs.toLocaleString("en"));
    expect(rows.get("closeTimeoutMs")).toBe(closeTimeoutMs.toLocaleString("en"));
  });
});
