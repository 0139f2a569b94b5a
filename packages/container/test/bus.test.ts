import {
  configure,
  EVENT_BUS,
  type EventBus,
  HUB,
  HUB_TRANSPORT,
  inject,
  injectable,
  TRANSPORT,
  transportToken,
} from "@fourwire/container";
import { configureForTest } from "@fourwire/container/testing";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { aside, rejection } from "./fixture.ts";

/** Bills what was ordered, and says what it costs. */
@injectable()
class Billing {
  readonly billed: string[] = [];
  readonly #bus: EventBus;

  constructor(@inject(EVENT_BUS) bus: EventBus) {
    this.#bus = bus;
  }

  async bill(order: string): Promise<void> {
    this.billed.push(order);
    await this.#bus.publish("order.billed", order);
  }

  price(order: string): number {
    return order.length;
  }
}

const bind = { billing: { token: Billing, events: { bill: "order.placed" }, expose: ["price"] } };

describe("objects of the application on the bus", () => {
  it("listen and answer as soon as it has started, and no more once it is closed", async () => {
    await using network = memory();
    await using shop = await configure({ transport: network, bus: {} }, aside);
    const office = await configure({ transport: network, bus: { bind } }, aside);
    const bus = shop.resolve(EVENT_BUS);
    const billed = await bus.subscribe<string>("order.billed");
    expect(await bus.publish("order.placed", "tea")).toMatchObject({ receivers: 1 });
    expect((await billed[Symbol.asyncIterator]().next()).value).toMatchObject({ event: "tea" });
    expect(await bus.rpc("Billing.price", "tea")).toMatchObject([{ result: 3 }]);
    await office.close();
    expect(await bus.publish("order.placed", "tea")).toMatchObject({ receivers: 0 });
    expect(await bus.rpc("Billing.price", "tea")).toStrictEqual([]);
  });

  it("end the start when a method is none, and leave nothing open", async () => {
    await using network = memory();
    const start = configure(
      { transport: network, bus: { bind: { billing: { ...bind.billing, expose: ["prise"] } } } },
      aside,
    );
    expect(await rejection(start)).toMatchObject({
      code: "START_FAILED",
      path: "bus.bind.billing.expose.prise",
      message: expect.stringContaining('"prise" is no method of what is bound'),
    });
    await using shop = await configure({ transport: network, bus: {} }, aside);
    expect(await shop.resolve(EVENT_BUS).publish("order.placed", "tea")).toMatchObject({ receivers: 0 });
  });
});

describe("a bus on a transport without topics and queues", () => {
  it("is the hub's, whose address is all that two applications share", async () => {
    await using serving = await configure({ transport: "webSocket", hub: { serve: {} }, bus: {} }, aside);
    const { address } = serving.resolve(HUB);
    await using using_ = await configure({ transport: "webSocket", address, hub: {}, bus: {} }, aside);
    const heard = await serving.resolve(EVENT_BUS).subscribe<string>("news");
    await using_.resolve(EVENT_BUS).publish("news", "hello");
    expect((await heard[Symbol.asyncIterator]().next()).value).toMatchObject({ event: "hello" });
    await using_.resolve(EVENT_BUS).queue("jobs").put(1);
    expect(await serving.resolve(EVENT_BUS).queue("jobs").get()).toBe(1);
    expect(using_.resolve(HUB_TRANSPORT).name).toBe("webSocket with hub");
    // What is built on a transport leaves it open.
    await using_.resolve(HUB_TRANSPORT).close();
    await using _channel = await using_.resolve(TRANSPORT).connect(address);
  });

  it("may be another transport's, which the hub serves", async () => {
    await using store = memory();
    await using app = await configure(
      {
        transport: "webSocket",
        transports: { store },
        hub: { serve: { backend: "store" } },
        bus: {},
      },
      aside,
    );
    await using direct = await configure({ transport: store, bus: {} }, aside);
    await app.resolve(EVENT_BUS).queue("jobs").put("weld");
    expect(await direct.resolve(EVENT_BUS).queue("jobs").get()).toBe("weld");
    expect(app.resolve(transportToken("store")).name).toBe("memory");
  });

  it("is only for those who have the hub's key", async () => {
    const key = "a key of sixteen bytes";
    await using serving = await configure({ transport: "webSocket", hub: { serve: { key } }, bus: {} }, aside);
    await serving.resolve(EVENT_BUS).queue("jobs").put(1);
    const { address } = serving.resolve(HUB);
    const stranger = configure({ transport: "webSocket", address, hub: {}, bus: {} }, aside);
    expect(await rejection(stranger)).toMatchObject({
      code: "START_FAILED",
      path: "bus",
      cause: { code: "UNAUTHORIZED" },
    });
  });

  it("is refused where there is no hub, and nothing is left open", async () => {
    expect(await rejection(configure({ transport: "webSocket", bus: {} }, aside))).toMatchObject({
      code: "START_FAILED",
      path: "bus",
      message: expect.stringContaining("the webSocket transport has neither topics nor queues: configure a hub"),
    });
  });
});

it("a bus is the hub's where that is demanded, also under test", async () => {
  await using app = await configureForTest({ hub: { serve: {} }, bus: { hub: true } });
  await app.resolve(EVENT_BUS).queue("jobs").put(1);
  await using direct = await configureForTest({ bus: {} }, { networks: Object.fromEntries(app.networks) });
  expect(await direct.resolve(EVENT_BUS).queue("jobs").size()).toMatchObject({ ready: 0 });
  expect(await app.resolve(EVENT_BUS).queue("jobs").get()).toBe(1);
  expect(await rejection(configureForTest({ bus: { hub: true } }))).toMatchObject({
    code: "CONFIG_INVALID",
    issues: [{ path: "bus.hub", message: "found true; expected a hub of the application" }],
  });
});

it("a bus says what it requires before anything runs", async () => {
  expect(await rejection(configure({ transport: memory(), bus: { requires: ["durable"] } }, aside))).toMatchObject({
    code: "START_FAILED",
    path: "bus",
    cause: { code: "UNSUPPORTED" },
  });
});
