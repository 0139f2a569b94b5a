import {
  attachedToken,
  configure,
  EVENT_BUS,
  HUB,
  HUB_TRANSPORT,
  inject,
  injectable,
  proxyToken,
  SERVED_PROCESS,
  SPAWNER,
  STATE,
  STATE_SERVER,
  TRANSPORT,
  transportToken,
  workerToken,
} from "@fourwire/container";
import { configureForTest } from "@fourwire/container/testing";
import { defineContract } from "@fourwire/proxy";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { aside, Robot, rejection, thrown } from "./fixture.ts";

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

  it.each([
    ["bus", EVENT_BUS],
    ["hub", HUB_TRANSPORT],
    ["hub.serve", HUB],
    ["state.serve", STATE_SERVER],
    ["state.connect", STATE],
    ["spawner", SPAWNER],
    ["spawner.workers.a", workerToken("a")],
    ["spawner.serve", SERVED_PROCESS],
    ["spawner.attach.a", attachedToken("a")],
  ])("throws that it is %s", async (path, token) => {
    await using app = await configure({ transport: memory() }, aside);
    expect(thrown(() => app.resolve<unknown>(token))).toMatchObject({ code: "NOT_CONFIGURED", path });
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

  it("says that two parts would listen at one address, whatever they are", async () => {
    const serve = { robot: { object: new Robot() }, arm: { object: new Robot(), address: "b", transport: "lab" } };
    const config = {
      transport: memory(),
      transports: { lab: memory() },
      address: "a",
      hub: { serve: { address: "b" } },
      state: { serve: {} },
      proxy: { serve },
    };
    expect(await complaints(config)).toMatchObject([
      {
        path: "proxy.serve.robot.address",
        message: 'found "a"; expected an address of its own, as state.serve is at this one',
      },
    ]);
  });

  it("says that an address is only good to listen at", async () => {
    const config = { transport: memory(), address: "tcp://127.0.0.1:0", proxy: { connect: { robot: {} } } };
    const message = 'found "tcp://127.0.0.1:0"; expected an address to connect to: this one is only good to listen at';
    expect(await complaints(config)).toMatchObject([{ path: "proxy.connect.robot.address", message }]);
    const connecting = { transport: memory(), state: { connect: { address: "ws://127.0.0.1:*/state" } } };
    expect(await complaints(connecting)).toMatchObject([{ path: "state.connect.address" }]);
  });

  it("says that a contract is none, or beside a list of names", async () => {
    const serve = {
      none: { object: new Robot(), contract: { greet: {} } },
      both: { object: new Robot(), contract: defineContract({}), expose: ["greet"] },
    };
    expect(await complaints({ transport: memory(), proxy: { serve } })).toMatchObject([
      { path: "proxy.serve.none.contract", message: "found an object; expected what defineContract() returns" },
      { path: "proxy.serve.both", message: "found an object; expected either expose or contract" },
    ]);
  });

  it.each(["hub", "bus", "state", "spawner"])("names the key that a misspelt one of %s is nearest to", async (key) => {
    const misspelt = { hub: "srve", bus: "nmespace", state: "conect", spawner: "atach" }[key] ?? "";
    const meant = { hub: "serve", bus: "namespace", state: "connect", spawner: "attach" }[key];
    expect(await complaints({ transport: "memory", [key]: { [misspelt]: {} } })).toMatchObject([
      { path: key, message: `unknown key "${misspelt}"; did you mean "${meant}"?` },
    ]);
  });

  it("passes on what a driver says about its options", async () => {
    const config = { transport: "zmq", drivers: { zmq: { maxChannels: "many" } } } as const;
    expect(await complaints(config)).toMatchObject([
      { path: "transport", source: "the driver zmq", message: expect.stringContaining("maxChannels is an integer") },
    ]);
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
