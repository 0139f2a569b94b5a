import { type ContainerConfig, configure, proxyToken, TRANSPORT, transportToken } from "@fourwire/container";
import { configureForTest } from "@fourwire/container/testing";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it } from "vitest";
import { aside, Robot, rejection } from "./fixture.ts";

/** The application as it runs in production. */
const config = {
  transport: "zmq",
  transports: { lab: zmq() },
  address: "tcp://127.0.0.1:7000",
  proxy: {
    serve: { robot: { object: new Robot() }, arm: { object: new Robot("Arm"), transport: "lab" } },
    connect: { robot: {}, arm: { to: "arm" } },
  },
} as const satisfies ContainerConfig;

it("is the same application, with memory in place of every transport", async () => {
  await using app = await configureForTest(config);
  expect(app.resolve(TRANSPORT).name).toBe("memory");
  expect([...app.networks.keys()]).toStrictEqual(["transport", "transports.lab"]);
  expect(await app.resolve(proxyToken<Robot>("robot")).greet("Will")).toBe("Robbie greets Will");
  expect(await app.resolve(proxyToken<Robot>("arm")).greet("Will")).toBe("Arm greets Will");
});

it("meets other applications on the networks that both are given", async () => {
  await using network = memory();
  await using lab = memory();
  const networks = { transport: network, "transports.lab": lab };
  await using _server = await configureForTest(config, { networks });
  const connect = { robot: {}, arm: { transport: "lab" } };
  await using client = await configureForTest({ ...config, proxy: { connect } }, { networks });
  expect(await client.resolve(proxyToken<Robot>("arm")).greet("Will")).toBe("Arm greets Will");
});

it("injects the same faults with the same seed", async () => {
  const run = async (seed: number): Promise<string> => {
    await using app = await configureForTest({
      proxy: { serve: { robot: { object: new Robot() } } },
    });
    app.faults.set({ seed, loss: 0.5 });
    const transport = app.resolve(TRANSPORT);
    await using listener = await transport.listen("lossy");
    const arrived: string[] = [];
    const listening = (async () => {
      for await (const channel of listener) {
        for await (const [frame] of channel) arrived.push(String(frame?.[0]));
        return;
      }
    })();
    const channel = await transport.connect("lossy");
    for (let index = 0; index < 40; index++) await channel.send([Uint8Array.of(index)]);
    await channel.close();
    await listening;
    return arrived.join(" ");
  };
  const first = await run(7);
  expect(first.split(" ").length).toBeGreaterThan(5);
  expect(first.split(" ").length).toBeLessThan(35);
  expect(await run(7)).toBe(first);
  expect(await run(8)).not.toBe(first);
});

it("works while messages are late, and after its channels were cut", async () => {
  await using app = await configureForTest(config, { faults: { seed: 3, delayMs: [0, 5] } });
  const robot = app.resolve(proxyToken<Robot>("robot"));
  expect(await robot.greet("Will")).toBe("Robbie greets Will");
  app.faults.cut();
  expect(await robot.greet("again")).toBe("Robbie greets again");
});

it("closes even while everything is swallowed", async () => {
  const app = await configureForTest(config);
  app.faults.halfOpen();
  await app.close();
});

it("rejects as it closes with what the application left open", async () => {
  const app = await configureForTest(config);
  const lab = app.resolve(transportToken("lab"));
  const listener = await lab.listen("mine");
  await using _channel = await lab.connect("mine");
  const accepted = await listener[Symbol.asyncIterator]().next();
  expect(accepted.done).toBe(false);
  await app.resolve(TRANSPORT).topics?.subscribe("news.*");
  expect(await rejection(app.close())).toMatchObject({
    code: "LEFT_OPEN",
    message:
      'The application left open: transport: subscription to "news.*"; transports.lab: listener at "mine"; transports.lab: channel to "mine"; transports.lab: channel accepted at "mine"',
  });
});

it("does not read the environment unless it is told to", async () => {
  process.env.FOURWIRE_ADDRESS = "elsewhere";
  try {
    await using app = await configureForTest({ proxy: { serve: { robot: { object: new Robot() } } } });
    await using network = memory();
    expect(app.networks.size).toBe(1);
    const serve = { robot: { object: new Robot() } };
    await using _told = await configureForTest(
      { proxy: { serve } },
      { env: { FOURWIRE_ADDRESS: "there" }, networks: { transport: network } },
    );
    await using _client = await configure(
      { transport: network, proxy: { connect: { a: { address: "there" } } } },
      aside,
    );
  } finally {
    delete process.env.FOURWIRE_ADDRESS;
  }
});
