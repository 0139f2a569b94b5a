import type { OutgoingHttpHeaders } from "node:http";
import type { Verify, WebSocketOptions } from "@fourwire/transport-ws";
import { webSocket } from "@fourwire/transport-ws";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { knock, PROTOCOL } from "./stranger.ts";

const PAGE = "https://app.example";

async function answerTo(headers: OutgoingHttpHeaders, options: WebSocketOptions = {}, path = "") {
  await using transport = webSocket(options);
  const listener = await transport.listen();
  return await knock(`${listener.address}${path}`, headers);
}

describe("a request with an Origin", () => {
  it.each([
    ["a page that is listed", PAGE, 101],
    ["another page", "https://evil.example", 403],
    ["the same host over another scheme", "http://app.example", 403],
    ["the same host at another port", "https://app.example:8443", 403],
    ["a longer name", "https://app.example.evil.example", 403],
    ["a page without origin", "null", 403],
    ["nothing", "", 403],
    ["two pages", `${PAGE}, https://evil.example`, 403],
  ])("from %s is answered by the list", async (_, origin, status) => {
    expect((await answerTo({ origin }, { origins: [PAGE] })).status).toBe(status);
  });

  it("is refused when nothing is listed, and the answer says so", async () => {
    expect(await answerTo({ origin: PAGE })).toEqual({ status: 403, body: `origins does not list "${PAGE}"` });
  });

  it("is refused from the very address that it is for, unless listed", async () => {
    await using transport = webSocket();
    const { address } = await transport.listen();
    expect((await knock(address, { origin: address.replace("ws:", "http:") })).status).toBe(403);
  });

  it("may come from a page without origin when that is listed", async () => {
    expect((await answerTo({ origin: "null" }, { origins: ["null"] })).status).toBe(101);
  });
});

it("asks no Origin of programs, which send none", async () => {
  expect((await answerTo({}, { origins: [PAGE] })).status).toBe(101);
});

describe("a Host", () => {
  it.each([
    ["localhost", 101],
    ["localhost:1", 101],
    ["LOCALHOST", 101],
    ["127.0.0.1", 101],
    ["127.1.2.3:80", 101],
    ["[::1]:80", 101],
    ["robots.example", 101],
    ["Robots.Example:80", 101],
    ["evil.example", 403],
    ["localhost.evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["evil.example#localhost", 403],
    ["evil.example@localhost", 403],
    ["localhost@evil.example", 403],
    ["10.0.0.1", 403],
  ])("of %j is answered with %i", async (host, status) => {
    expect((await answerTo({ host }, { hosts: ["robots.example"] })).status).toBe(status);
  });

  it("may be the name that the listener was given", async () => {
    await using transport = webSocket();
    const { address } = await transport.listen("ws://0.0.0.0:0");
    expect(address).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
    expect((await knock(address, { host: "0.0.0.0" })).status).toBe(101);
    expect((await knock(address, { host: "10.0.0.1" })).status).toBe(403);
  });

  it("that is refused is named by the answer", async () => {
    expect((await answerTo({ host: "evil.example" })).body).toBe('hosts does not list "evil.example"');
  });
});

describe("verify", () => {
  it.each<[string, Verify, string]>([
    ["false", () => false, "401 not authorized"],
    ["a reason", () => "the token has expired", "401 the token has expired"],
    ["a promise of a reason", async () => "later", "401 later"],
    ["what is not true", () => JSON.parse("1"), "401 not authorized"],
  ])("turns a client away with %s", async (_, verify, reason) => {
    await using listening = webSocket({ verify });
    await using transport = webSocket();
    const { address } = await listening.listen();
    await expect(transport.connect(address)).rejects.toMatchObject({
      code: "UNAUTHORIZED",
      message: expect.stringContaining(reason),
    });
  });

  it("lets a client in that shows its token in a header", async () => {
    await using listening = webSocket({ verify: ({ headers }) => headers.authorization === "Bearer 123" });
    await using transport = webSocket({ headers: { authorization: "Bearer 123" } });
    await using stranger = webSocket();
    const { address } = await listening.listen();
    await transport.connect(address);
    await expect(stranger.connect(address)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("lets a client in that shows its token in the query, which no error repeats", async () => {
    await using listening = webSocket({ verify: ({ url }) => url === "/?token=123" });
    await using transport = webSocket();
    const { address } = await listening.listen();
    await transport.connect(`${address}?token=123`);
    await expect(transport.connect(`${address}?token=456`)).rejects.toThrow(/^(?!.*456)/);
  });

  it("refuses when it throws, without telling what", async () => {
    const verify = (): never => {
      throw new Error("the database is at 10.0.0.1");
    };
    expect(await answerTo({}, { verify })).toEqual({ status: 500, body: "verify failed" });
  });

  it("refuses when it takes too long", async () => {
    const verify = () => new Promise<boolean>(() => undefined);
    const answer = await answerTo({}, { verify, connectTimeoutMs: 50 });
    expect(answer).toEqual({ status: 503, body: "verify takes too long" });
  });

  it("is not asked about those that origins and hosts refuse", async () => {
    const asked: string[] = [];
    const verify: Verify = ({ headers }) => {
      asked.push(headers.host ?? "");
      return true;
    };
    await answerTo({ origin: PAGE }, { verify });
    await answerTo({ host: "evil.example" }, { verify });
    expect(asked).toEqual([]);
  });

  it("is not waited for by a listener that closes", async () => {
    let onAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      onAsked = resolve;
    });
    const verify = (): Promise<boolean> => {
      onAsked();
      return new Promise(() => undefined);
    };
    await using transport = webSocket({ verify });
    const listener = await transport.listen();
    const answer = knock(listener.address);
    await asked;
    await listener.close();
    expect(await answer).toEqual({ status: 503, body: "the listener is closed" });
  });
});

describe("a client that cannot read an HTTP status", () => {
  const protocols = `${PROTOCOL}, ${PROTOCOL}.refusal`;

  it("is told by the close frame what verify says", async () => {
    await using transport = webSocket({ verify: () => "the token has expired" });
    const { address } = await transport.listen();
    const socket = new WebSocket(address, protocols.split(", "));
    const closed = new Promise((resolve) => socket.on("close", (code, reason) => resolve([code, String(reason)])));
    expect(await closed).toEqual([4401, "the token has expired"]);
    expect(socket.protocol).toBe(`${PROTOCOL}.refusal`);
  });

  it("learns nothing when its page is not listed, nor when its host is not", async () => {
    const offer = { "sec-websocket-protocol": protocols };
    expect((await answerTo({ ...offer, origin: PAGE })).status).toBe(403);
    expect((await answerTo({ ...offer, host: "evil.example" })).status).toBe(403);
  });
});

it.each([
  ["no subprotocol", { "sec-websocket-protocol": "" }],
  ["another one", { "sec-websocket-protocol": "chat" }],
  ["another version", { "sec-websocket-protocol": "fourwire.v2" }],
])("refuses a request with %s, by name", async (_, headers) => {
  expect(await answerTo(headers)).toEqual({ status: 400, body: `the subprotocol is ${PROTOCOL}` });
});

it("answers 404 at a path where nobody listens, and 426 to those who ask for a page", async () => {
  expect(await answerTo({}, {}, "/elsewhere")).toEqual({ status: 404, body: "nobody listens at this path" });
  await using transport = webSocket();
  const { address } = await transport.listen();
  expect((await fetch(address.replace("ws:", "http:"))).status).toBe(426);
});
