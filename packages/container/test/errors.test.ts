import { once } from "node:events";
import { createServer } from "node:net";
import { configure, inject, injectable, provide, proxyToken, TRANSPORT, transportToken } from "@fourwire/container";
import { configureForTest } from "@fourwire/container/testing";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { aside, isListening, portOf, Robot, rejection, thrown } from "./fixture.ts";

@injectable()
class Operator {
  readonly arm: unknown;

  constructor(@inject(proxyToken<Robot>("arm")) arm: unknown) {
    this.arm = arm;
  }
}

describe("a token of something that is not configured", () => {
  it("throws which key to add", async () => {
    await using app = await configure({ transport: memory() }, aside);
    expect(thrown(() => app.resolve(transportToken("lab")))).toMatchObject({
      code: "NOT_CONFIGURED",
      path: "transports.lab",
      message: 'Nothing is configured for "transports.lab": add that key to the configuration',
    });
  });

  it("throws which key to add when a class deep down wants it", async () => {
    await using app = await configure({ transport: memory() }, aside);
    expect(thrown(() => app.resolve(Operator))).toMatchObject({
      name: "ContainerError",
      code: "NOT_CONFIGURED",
      path: "proxy.connect.arm",
    });
  });

  it("ends the start when what is served wants it, and leaves nothing open", async () => {
    await using network = memory();
    const start = configure(
      {
        transports: { lab: network },
        proxy: {
          serve: {
            robot: { object: new Robot(), address: "robot", transport: "lab" },
            operator: { token: Operator, address: "operator", transport: "lab" },
          },
        },
      },
      aside,
    );
    expect(await rejection(start)).toMatchObject({
      code: "START_FAILED",
      path: "proxy.serve.operator",
      message: expect.stringContaining('Nothing is configured for "proxy.connect.arm": add that key'),
      cause: { code: "NOT_CONFIGURED", path: "proxy.connect.arm" },
    });
    expect(await rejection(network.connect("robot"))).toMatchObject({ code: "REFUSED" });
  });

  it("throws that it opens later when it does", async () => {
    const start = configureForTest({
      proxy: { serve: { arm: { token: Operator } }, connect: { arm: { to: "arm" } } },
    });
    expect(await rejection(start)).toMatchObject({
      code: "START_FAILED",
      path: "proxy.serve.arm",
      cause: { code: "NOT_OPEN", path: "proxy.connect.arm" },
    });
  });

  it("keeps tsyringe's own error for tokens of the application's own", async () => {
    await using app = await configure({}, aside);
    expect(thrown(() => app.resolve("billing"))).toMatchObject({
      message: 'Attempted to resolve unregistered dependency token: "billing"',
    });
  });
});

describe("a configuration that is wrong", () => {
  /** Tells what configure rejects with for what no compiler would let pass. */
  async function complaints(config: object): Promise<unknown> {
    const error = await rejection(configure(config, aside));
    expect(error).toMatchObject({ name: "ContainerError", code: "CONFIG_INVALID" });
    return Reflect.get(error, "issues");
  }

  it("names the path of a wrong type, what was found and what is expected", async () => {
    expect(await complaints({ address: 7000, handleSignals: "yes", session: { callTimeoutMs: -1 } })).toStrictEqual([
      { path: "address", message: "found 7000; expected text", source: "code" },
      {
        path: "session.callTimeoutMs",
        message: "found -1; expected a number of milliseconds above 0",
        source: "code",
      },
      { path: "handleSignals", message: 'found "yes"; expected true or false', source: "code" },
    ]);
  });

  it.each([new Map(), [], new Robot()])("is refused when it is no object literal: %o", async (config) => {
    expect(await complaints(config)).toStrictEqual([
      { path: "", message: "expected an object literal", source: "code" },
    ]);
  });

  it("says it in the message, too, a line for each", async () => {
    const error = await rejection(configure(JSON.parse('{ "address": 1, "proxi": {} }'), aside));
    expect(error.message).toBe(
      'The configuration is not valid:\n  address: found 1; expected text\n  the configuration: unknown key "proxi"; did you mean "proxy"?',
    );
  });

  it("names the known key that a misspelt one is nearest to", async () => {
    expect(await complaints({ proxy: { serve: { robot: { object: {}, adress: "a" } }, conect: {} } })).toStrictEqual([
      { path: "proxy.serve.robot", message: 'unknown key "adress"; did you mean "address"?', source: "code" },
      { path: "proxy", message: 'unknown key "conect"; did you mean "connect"?', source: "code" },
    ]);
  });

  it("lists the known keys when none is near", async () => {
    expect(await complaints({ proxy: { banana: 1 } })).toStrictEqual([
      { path: "proxy", message: 'unknown key "banana"; known here: serve, connect', source: "code" },
    ]);
  });

  it("names the driver that a misspelt one is nearest to, and a misspelt option of one", async () => {
    expect(
      await complaints({
        transport: "websocket",
        transports: { lab: { driver: "zmqq" }, pages: { driver: "webSocket", options: { origin: [] } } },
        drivers: { zmq: { maxChanels: 3 } },
      }),
    ).toMatchObject([
      {
        path: "transport",
        message: expect.stringMatching(
          /^found "websocket"; expected a transport such as zmq\(\).*; did you mean "webSocket"\?$/,
        ),
      },
      { path: "transports.lab.driver", message: expect.stringContaining('found "zmqq"; expected one of "memory"') },
      { path: "transports.pages.options", message: 'unknown key "origin"; did you mean "origins"?' },
      { path: "drivers.zmq", message: 'unknown key "maxChanels"; did you mean "maxChannels"?' },
    ]);
  });

  it("says that a feature refers to a transport which is not there", async () => {
    const serve = { robot: { object: new Robot(), transport: "labs" }, arm: { object: new Robot() } };
    expect(await complaints({ transports: { lab: memory() }, proxy: { serve } })).toStrictEqual([
      {
        path: "proxy.serve.robot.transport",
        message: 'found "labs"; expected a name in transports: "lab"; did you mean "lab"?',
        source: "code",
      },
      {
        path: "proxy.serve.arm.transport",
        message: 'found nothing; expected a name in transports: "lab", or a "transport" of the application',
        source: "code",
      },
    ]);
  });

  it("says that a connection has no address, or more than one", async () => {
    const connect = { nowhere: {}, unknown: { to: "robbot" }, both: { to: "robot", address: "there" } };
    const proxy = { serve: { robot: { object: new Robot() } }, connect };
    expect(await complaints({ transport: memory(), proxy })).toMatchObject([
      { path: "proxy.connect.nowhere.address" },
      {
        path: "proxy.connect.unknown.to",
        message: 'found "robbot"; expected a name in proxy.serve: "robot"; did you mean "robot"?',
      },
      { path: "proxy.connect.both.address" },
    ]);
  });

  it("says that an object to serve is missing, or there twice", async () => {
    const serve = { nothing: {}, twice: { object: new Robot(), token: Robot } };
    expect(await complaints({ transport: memory(), proxy: { serve } })).toMatchObject([
      { path: "proxy.serve.nothing", message: "found an object; expected either object or token" },
      { path: "proxy.serve.twice", message: "found an object; expected either object or token" },
    ]);
  });

  it("passes on what a driver says about its options", async () => {
    const config = { transport: "zmq", drivers: { zmq: { maxChannels: "many" } } } as const;
    expect(await complaints(config)).toMatchObject([
      { path: "transport", source: "the driver zmq", message: expect.stringContaining("maxChannels is an integer") },
    ]);
  });
});

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

it("gives nothing more once it is closed, and closes once", async () => {
  const app = await configure({ transport: memory() }, aside);
  const transport: Transport = app.resolve(TRANSPORT);
  await Promise.all([app.close(), app.close()]);
  expect(await app.closed).toBeUndefined();
  expect(thrown(() => app.resolve(TRANSPORT))).toMatchObject({ code: "CLOSED" });
  expect(await rejection(transport.connect("anywhere"))).toMatchObject({ code: "CLOSED" });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}
