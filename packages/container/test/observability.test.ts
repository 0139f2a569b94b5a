import { Writable } from "node:stream";
import { attachedToken, configure, EVENT_BUS, LOGGER, proxyToken, STATE, workerToken } from "@fourwire/container";
import { openTelemetry } from "@fourwire/session/tracing";
import { memory } from "@fourwire/transport/memory";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { pino } from "pino";
import { expect, it } from "vitest";
import { aside, keepLines, Robot } from "./fixture.ts";

const proxy = { serve: { robot: { object: new Robot() } }, connect: { robot: { to: "robot" } } };

/** A provider of OpenTelemetry's SDK, and the names of its ended spans. */
function createProvider(): { readonly provider: BasicTracerProvider; names(): string[] } {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { provider, names: () => exporter.getFinishedSpans().map(({ name }) => name) };
}

it("one OpenTelemetry provider has the spans of both ends of a call", async () => {
  const { provider, names } = createProvider();
  await using app = await configure({ transport: memory(), tracing: provider, proxy }, aside);
  await app.resolve(proxyToken<Robot>("robot")).greet("Will");
  expect(names()).toHaveLength(2);
});

it("a tracing of one's own is taken as it is, and false is none", async () => {
  const { provider, names } = createProvider();
  const tracing = openTelemetry({ tracer: provider.getTracer("mine") });
  await using own = await configure({ transport: memory(), tracing, proxy }, aside);
  await own.resolve(proxyToken<Robot>("robot")).greet("Will");
  expect(names()).toHaveLength(2);
  await using none = await configure({ transport: memory(), tracing: false, proxy }, aside);
  await none.resolve(proxyToken<Robot>("robot")).greet("Will");
  expect(names()).toHaveLength(2);
});

it("one pino logger has the lines of the container and of every feature, which say whose they are", async () => {
  const written: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const logger = pino({ level: "debug" }, output);
  const network = memory();
  const app = await configure({ transport: network, logger, proxy }, aside);
  const robot = app.resolve(proxyToken<Robot>("robot"));
  await robot.greet("Will");
  network.faults.cut();
  await robot.greet("again");
  expect(app.resolve(LOGGER)).toBe(logger);
  await app.close();
  const lines = written.map((line): { feature?: string; msg?: string; path?: string } => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ feature: "container", msg: "Opened", path: "proxy.serve.robot" }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ feature: "proxy" }));
  expect(written.join("")).not.toContain("Will");
});

it("every feature has the one logger, and the one provider of spans", async () => {
  const { provider, names } = createProvider();
  const { lines, logger } = keepLines();
  const app = await configure(
    {
      transport: memory(),
      logger,
      tracing: provider,
      hub: { serve: {} },
      bus: { hub: true },
      state: { serve: {}, connect: {} },
      spawner: { workers: { inside: { kind: "inline" } }, serve: { allow: ["node:os"] }, attach: { self: {} } },
    },
    aside,
  );
  const spansOf = async (run: () => Promise<unknown>): Promise<string[]> => {
    const before = names().length;
    await run();
    return names().slice(before);
  };
  const bus = app.resolve(EVENT_BUS);
  const heard = await bus.subscribe("news");
  expect(await spansOf(() => bus.publish("news", 1))).not.toStrictEqual([]);
  expect(await spansOf(() => app.resolve(STATE).set("level", 1))).not.toStrictEqual([]);
  expect(await spansOf(() => app.resolve(workerToken("inside")).import("node:os"))).not.toStrictEqual([]);
  expect(await spansOf(() => app.resolve(attachedToken("self")).import("node:os"))).not.toStrictEqual([]);
  await heard.close();
  await bus.subscribe("news", () => {
    throw new Error("This one cannot bear it");
  });
  await bus.publish("news", 2, { requireReceiver: true });
  await app.close();
  const features = new Set(lines.map(({ fields }) => Reflect.get(fields, "feature")));
  expect([...features].sort()).toStrictEqual(["bus", "container", "hub", "spawner", "state"]);
});

it("a logger can be injected where none is configured", async () => {
  await using app = await configure({}, aside);
  expect(() => app.resolve(LOGGER).warn({}, "into the void")).not.toThrow();
});
