import {
  attachedToken,
  type ContainerConfig,
  configure,
  EVENT_BUS,
  type EventBus,
  inject,
  injectable,
  proxyToken,
  SERVED_PROCESS,
  stateToken,
  TRANSPORT,
  workerToken,
} from "@fourwire/container";
import { configureForTest } from "@fourwire/container/testing";
import type { State } from "@fourwire/state";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { afterAll, describe, expect, it } from "vitest";
import { rejection } from "./fixture.ts";
import type { TableModule } from "./table-types.ts";

const server = lazyTestServer(afterAll);
const table = new URL("table.js", import.meta.url);

interface Tank {
  level: number;
}

/** Fills a tank by the order of events; built on the bus and the state that are configured. */
@injectable()
class Filler {
  readonly #bus: EventBus;
  readonly #state: State<Tank>;

  constructor(@inject(EVENT_BUS) bus: EventBus, @inject(stateToken<Tank>()) state: State<Tank>) {
    this.#bus = bus;
    this.#state = state;
  }

  async fill(by: number): Promise<void> {
    await this.#state.increment("level", by);
    await this.#bus.publish("tank.filled", by);
  }
}

/** Everything at once, over whatever the transport is. */
const config = {
  hub: { serve: {} },
  bus: { name: "tank" },
  state: { serve: { namespaces: { default: { initial: { level: 1 } } } }, connect: { name: "filler" } },
  spawner: {
    workers: { calculator: { execArgv: [] } },
    serve: { allow: [table.pathname] },
    attach: { self: {} },
  },
  proxy: { serve: { filler: { token: Filler } }, connect: { filler: { to: "filler" } } },
} satisfies ContainerConfig;

async function exercise(app: Awaited<ReturnType<typeof configure>>): Promise<void> {
  const bus = app.resolve(EVENT_BUS);
  const state = app.resolve(stateToken<Tank>());
  const filled = await bus.subscribe<number>("tank.*");
  const waiting = state.until(({ level }) => level === 5, { timeoutMs: 10_000 });
  await app.resolve(proxyToken<Filler>("filler")).fill(4);
  expect((await filled[Symbol.asyncIterator]().next()).value).toMatchObject({ event: 4 });
  expect(await waiting).toMatchObject({ level: 5 });
  await bus.queue<string>("pumps").put("pump 1");
  expect(await bus.queue<string>("pumps").get()).toBe("pump 1");
  await bus.expose("double", (value: number) => value * 2);
  expect(await bus.rpc("double", 21)).toMatchObject([{ result: 42 }]);
  const calculator = await app.resolve(workerToken("calculator")).import<TableModule>(table);
  expect(await calculator.add(1, 2)).toBe(3);
  expect(await calculator.pid()).not.toBe(process.pid);
  const self = await app.resolve(attachedToken("self")).import<TableModule>(table);
  expect(await self.pid()).toBe(process.pid);
}

describe.each(["memory", "zmq", "redis", "webSocket"] as const)("every feature over %s", (driver) => {
  it("works, resolved and injected, and leaves nothing of itself behind", async () => {
    const env = { FOURWIRE_TRANSPORT: driver, FOURWIRE_REDIS_URL: driver === "redis" ? server.url : undefined };
    const app = await configure(config, { file: false, env });
    expect(app.resolve(TRANSPORT).name).toBe(driver);
    await exercise(app);
    const { exited } = app.resolve(workerToken("calculator"));
    const { address, key } = app.resolve(SERVED_PROCESS);
    await app.close();
    expect(await exited).toMatchObject({ code: 0 });
    const late = configure({ spawner: { attach: { gone: { address, key } } } }, { file: false, env });
    expect(await rejection(late)).toMatchObject({ path: "spawner.attach.gone", cause: { code: "REFUSED" } });
  });
});

it("every feature works the same in a test, while messages are late", async () => {
  await using app = await configureForTest(
    { ...config, transport: "zmq", address: "tcp://127.0.0.1:*" },
    { faults: { seed: 5, delayMs: [0, 3] } },
  );
  expect(app.resolve(TRANSPORT).name).toBe("memory");
  await exercise(app);
});
