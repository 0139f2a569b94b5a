import { createServer } from "node:http";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { webSocket } from "@fourwire/transport-ws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tls } from "./certificate.ts";
import { closeServer, listenAt } from "./http-server.ts";
import { knock } from "./stranger.ts";

let transport = webSocket();

beforeEach(() => {
  transport = webSocket();
});

afterEach(() => transport.close());

it.each(["ws://127.0.0.1:0", "ws://localhost:0", "WS://127.0.0.1:0/", undefined])(
  "opens a free port for %s",
  async (address) => {
    const listener = await transport.listen(address);
    expect(listener.address).toMatch(/^ws:\/\/(127\.0\.0\.1|\[::1\]):[1-9]\d*$/);
    await transport.connect(listener.address);
  },
);

it("keeps the path", async () => {
  const { address } = await transport.listen("ws://127.0.0.1:0/robots/arm");
  expect(address).toMatch(/:\d+\/robots\/arm$/);
  await transport.connect(address);
  await transport.connect(`${address}?lang=en`);
  await expect(transport.connect(address.replace("arm", "leg"))).rejects.toMatchObject({ code: "REFUSED" });
});

it.each([
  "",
  "nonsense",
  "127.0.0.1:1",
  "http://127.0.0.1:1",
  "ws:127.0.0.1:1",
  "ws://",
  "ws://127.0.0.1:65536",
  "ws://127.0.0.1:-1",
  "ws://[127.0.0.1]:1",
  "ws://two words:1",
  "ws://127.0.0.1:1/#fragment",
])("calls %j invalid, by name", async (address) => {
  const shown = address.replace("/#fragment", "");
  const failure = { code: "ADDRESS_INVALID", message: expect.stringContaining(`"${shown}"`) };
  await expect(transport.listen(address)).rejects.toMatchObject(failure);
  await expect(transport.connect(address)).rejects.toMatchObject(failure);
});

it("calls what only one of both can use invalid for the other", async () => {
  await expect(transport.connect("ws://127.0.0.1:0")).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
  await expect(transport.listen("ws://127.0.0.1:0/?token=1")).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
});

it("shows neither the password nor the query of an address that is wrong", async () => {
  const wrong = transport.connect("ws://user:secret@127.0.0.1:1/?token=secret");
  await expect(wrong).rejects.toMatchObject({
    code: "ADDRESS_INVALID",
    message: expect.not.stringContaining("secret"),
  });
  await expect(transport.connect("http://127.0.0.1:1/?token=secret")).rejects.toThrow(/^(?!.*secret)/);
});

it("calls an address of another machine invalid to listen at", async () => {
  await expect(transport.listen("ws://192.0.2.1:0")).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
  await expect(transport.listen("ws://nobody.invalid:0")).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
});

it("is refused by a name without address", async () => {
  await expect(transport.connect("ws://nobody.invalid:1")).rejects.toMatchObject({ code: "REFUSED" });
});

describe("beside an HTTP server", () => {
  const server = createServer((_request, response) => response.end("a page"));
  let port = 0;
  beforeEach(async () => {
    port = await listenAt(server);
  });
  afterEach(() => closeServer(server));

  it("takes a path, and leaves pages to the server", async () => {
    await using attached = webSocket({ server });
    const listener = await attached.listen("/fourwire");
    expect(listener.address).toBe(`ws://127.0.0.1:${port}/fourwire`);
    await attached.connect(listener.address);
    expect(await (await fetch(`http://127.0.0.1:${port}/fourwire`)).text()).toBe("a page");
  });

  it.each(["/a", "ws://127.0.0.1:0/a"])("takes several paths, such as %s, but each once", async (address) => {
    await using attached = webSocket({ server });
    await using other = webSocket({ server });
    const first = await attached.listen(address);
    const second = await other.listen("/b");
    await expect(other.listen(address)).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
    for (const [listener, word] of [
      [first, "to a"],
      [second, "to b"],
    ] as const) {
      const near = await other.connect(listener.address);
      await near.send(text(word));
      expect(read(await receive(await accept(listener)))).toBe(word);
    }
    await first.close();
    await other.listen(address);
  });

  it("answers 404 at other paths, unless the server handles upgrades of its own", async () => {
    await using attached = webSocket({ server });
    await attached.listen("/fourwire");
    expect((await knock(`ws://127.0.0.1:${port}/other`)).status).toBe(404);
    const own = (_request: unknown, socket: { end(text: string): void }): void =>
      socket.end("HTTP/1.1 418 I'm a teapot\r\nConnection: close\r\n\r\n");
    server.on("upgrade", own);
    expect((await knock(`ws://127.0.0.1:${port}/other`)).status).toBe(418);
    server.off("upgrade", own);
  });

  it("leaves the server as it was after the last listener closed", async () => {
    await using attached = webSocket({ server });
    const listener = await attached.listen("/fourwire");
    await listener.close();
    expect(server.listenerCount("upgrade")).toBe(0);
    expect(server.listening).toBe(true);
    await expect(attached.connect(listener.address)).rejects.toMatchObject({ code: "REFUSED" });
  });

  it.each(["ws://127.0.0.1:1/a", "wss://127.0.0.1:0/a", "//evil.example/a", "/a?token=1"])(
    "does not listen at %s, where the server is not",
    async (address) => {
      await using attached = webSocket({ server });
      await expect(attached.listen(address)).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
    },
  );

  it("waits for the server to listen, for a bounded time", async () => {
    const late = createServer();
    await using attached = webSocket({ server: late, connectTimeoutMs: 2_000 });
    const listening = attached.listen("/fourwire");
    const latePort = await listenAt(late);
    expect((await listening).address).toBe(`ws://127.0.0.1:${latePort}/fourwire`);
    await attached.close();
    await closeServer(late);
    await using never = webSocket({ server: createServer(), connectTimeoutMs: 20 });
    await expect(never.listen()).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
  });
});

describe("over TLS", () => {
  it("is an encrypted transport that speaks wss alone", async () => {
    await using secure = webSocket({ tls });
    expect(secure.traits.encrypted).toBe(true);
    expect(transport.traits.encrypted).toBe(false);
    expect((await secure.listen()).address).toMatch(/^wss:/);
    await expect(secure.connect("ws://127.0.0.1:1")).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
    await expect(secure.listen("ws://127.0.0.1:0")).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
  });

  it("is refused by a certificate that nobody vouches for", async () => {
    await using secure = webSocket({ tls });
    const { address } = await secure.listen();
    await expect(transport.connect(address)).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("self-signed"),
    });
  });

  it("is refused by a server without TLS", async () => {
    await using secure = webSocket({ tls });
    const { address } = await transport.listen();
    await expect(secure.connect(address.replace("ws:", "wss:"))).rejects.toMatchObject({ code: "REFUSED" });
  });

  it("names what it needs to listen", async () => {
    await using secure = webSocket({ tls: { ca: tls.ca } });
    await expect(secure.listen()).rejects.toThrow(/^tls\.cert and tls\.key are needed/);
  });
});
