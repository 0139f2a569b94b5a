import { once } from "node:events";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { configure, provide } from "@fourwire/container";
import { memory } from "@fourwire/transport/memory";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { aside, isListening, portOf, Robot, rejection } from "./fixture.ts";

describe("a start that fails", () => {
  it("rejects with the address at which nobody listens, and leaves nothing open", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const free = portOf(server);
    server.close();
    await once(server, "close");
    const start = configure(
      {
        transport: "webSocket",
        proxy: {
          serve: { robot: { object: new Robot(), address: `ws://127.0.0.1:0` } },
          connect: { arm: { address: `ws://127.0.0.1:${free}` } },
        },
      },
      aside,
    );
    expect(await rejection(start)).toMatchObject({
      code: "START_FAILED",
      path: "proxy.connect.arm",
      message: expect.stringContaining(`127.0.0.1:${free}`),
      cause: { name: "TransportError", code: "REFUSED" },
    });
  });

  it.each([
    { name: "zmq", scheme: "tcp" },
    { name: "webSocket", scheme: "ws" },
  ] as const)("rejects with the port that is in use, and leaves nothing open, over $name", async ({ name, scheme }) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const used = `${scheme}://127.0.0.1:${portOf(server)}`;
    const transport = name === "zmq" ? zmq() : webSocket();
    const first = await freePort();
    const serve = {
      robot: { object: new Robot(), address: `${scheme}://127.0.0.1:${first}` },
      arm: { object: new Robot(), address: used },
    };
    expect(await rejection(configure({ transport, proxy: { serve } }, aside))).toMatchObject({
      code: "START_FAILED",
      path: "proxy.serve.arm",
      cause: { name: "TransportError", code: "ADDRESS_IN_USE" },
    });
    expect(await isListening(first)).toBe(false);
    server.close();
  });

  it.each([
    ["bus", { bus: {} }, "bus"],
    ["state", { state: { serve: {} } }, "state.serve"],
    ["proxy", { proxy: { serve: { robot: { object: new Robot() } } } }, "proxy.serve.robot"],
  ])(
    "rejects when Redis cannot be reached, without its password, and leaves nothing open: %s",
    async (_, part, path) => {
      const url = `redis://:hunter2-hunter2@127.0.0.1:${await freePort()}`;
      const config = { transport: "redis", drivers: { redis: { url, connectTimeoutMs: 500 } }, ...part } as const;
      const error = await rejection(configure(config, aside));
      expect(error).toMatchObject({
        code: "START_FAILED",
        path,
        cause: { name: "TransportError", code: expect.stringMatching(/^(REFUSED|LOST)$/) },
      });
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("hunter2");
    },
  );

  it("rejects when the bus's hub is not there, and leaves nothing open", async () => {
    const address = `ws://127.0.0.1:${await freePort()}`;
    const first = await freePort();
    const state = { serve: { address: `ws://127.0.0.1:${first}` } };
    const start = configure({ transport: "webSocket", address, hub: {}, bus: {}, state }, aside);
    expect(await rejection(start)).toMatchObject({ code: "START_FAILED", path: "bus", cause: { code: "REFUSED" } });
    expect(await isListening(first)).toBe(false);
  });

  it("rejects with the signal's reason, and leaves nothing open", async () => {
    const network = memory();
    const controller = new AbortController();
    const reason = new Error("never mind");
    const start = configure(
      {
        transport: network,
        proxy: {
          serve: {
            robot: { object: new Robot(), address: "robot" },
            // What is served never comes.
            arm: { token: "arm", address: "arm" },
          },
        },
        providers: [
          provide<Promise<Robot>>("arm", () => {
            controller.abort(reason);
            return new Promise(() => undefined);
          }),
        ],
      },
      { ...aside, signal: controller.signal },
    );
    expect(await rejection(start)).toBe(reason);
    expect(await rejection(network.connect("robot"))).toMatchObject({ code: "REFUSED" });
    expect(await rejection(configure({}, { ...aside, signal: controller.signal }))).toBe(reason);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}
