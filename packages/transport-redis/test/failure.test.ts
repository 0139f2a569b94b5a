import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { freePort, nextOf, queuesOf, topicsOf } from "./kit.ts";

const SECRET = "p4ssw0rd";

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => expect.fail("It did not fail"),
    (error: unknown) => error,
  );
}

/** All that a log would show of an error. */
function show(error: unknown): string {
  return error instanceof Error ? `${error.stack} ${JSON.stringify(error)} ${show(error.cause)}` : String(error);
}

it("says at once that no Redis is there, on every port, without the password", async () => {
  await using transport = redis({ url: `redis://user:${SECRET}@127.0.0.1:${await freePort()}` });
  const before = performance.now();
  for (const attempt of [
    () => transport.connect("calculator"),
    () => transport.listen("calculator"),
    () => topicsOf(transport).publish("a.b", text("?")),
    () => topicsOf(transport).subscribe("a.b"),
    () => topicsOf(transport).subscribe("a.b", { group: "workers" }),
    () => queuesOf(transport).put("jobs", text("?")),
    () => queuesOf(transport).take("jobs"),
    () => queuesOf(transport).size("jobs"),
  ]) {
    const error = await failureOf(attempt());
    expect(error).toMatchObject({ message: expect.stringContaining("ECONNREFUSED") });
    expect(["REFUSED", "LOST"]).toContain((error as { code?: string }).code);
    expect(show(error)).not.toContain(SECRET);
  }
  expect(performance.now() - before).toBeLessThan(2_000);
});

it("gives up after connectTimeoutMs on a server that says nothing", async () => {
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : 0;
  await using transport = redis({ url: `redis://127.0.0.1:${port}`, connectTimeoutMs: 100 });
  await expect(queuesOf(transport).put("jobs", text("?"))).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("connectTimeoutMs"),
  });
  silent.close();
});

it("rejects with UNAUTHORIZED for a wrong password, which it does not show", async () => {
  const port = await freePort();
  await using server = testServer({ args: ["--port", String(port), "--requirepass", "another"] });
  expect(server.pid).toBeGreaterThan(0);
  await using transport = redis({ url: `redis://:${SECRET}@127.0.0.1:${port}` });
  const error = await failureOf(transport.listen("calculator"));
  expect(error).toMatchObject({ code: "UNAUTHORIZED" });
  expect(show(error)).not.toContain(SECRET);
});

it.each(["http://host", "redis:/oops", "", `redis://user:${SECRET}@[bad`, "localhost:6379"])(
  "turns down the URL %j without showing it",
  (url) => {
    let error: unknown;
    try {
      redis({ url });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(show(error)).not.toContain(SECRET);
  },
);

it("takes exactly one of url, options and client", () => {
  expect(() => redis({})).toThrow("exactly one");
  expect(() => redis({ url: "redis://localhost", options: {} })).toThrow("exactly one");
});

it.each([
  ["prefix", { prefix: "a{b}" }],
  ["maxMessageBytes", { maxMessageBytes: 10 }],
  ["maxInboxBytes", { maxInboxBytes: -1 }],
  ["maxChannels", { maxChannels: 0 }],
  ["maxQueuedBytes", { maxQueuedBytes: 0.5 }],
  ["connectTimeoutMs", { connectTimeoutMs: Number.NaN }],
  ["closeTimeoutMs", { closeTimeoutMs: Number.POSITIVE_INFINITY }],
  ["checkMs", { checkMs: 0 }],
  ["lossMs", { lossMs: 10 }],
])("names %s when it is out of range", (field, options) => {
  expect(() => redis({ url: "redis://localhost", ...options })).toThrow(new RegExp(`^${field} is`));
});

it("warns once of a policy that may drop queues", async () => {
  await using server = testServer({ args: ["--maxmemory-policy", "allkeys-lru"] });
  const warnings: string[] = [];
  await using transport = redis({ url: server.url, onWarning: (message) => warnings.push(message) });
  await queuesOf(transport).put("jobs", text("one"));
  await server.stop();
  server.start();
  await queuesOf(transport).put("jobs", text("two"));
  expect(warnings).toEqual([expect.stringContaining("allkeys-lru")]);
});

it("works for a user who may touch only its prefix, and for nobody else's", async () => {
  await using server = testServer();
  const admin = new Redis(server.url);
  const rules = ["on", `>${SECRET}`, "~team:*", "&team:*", "&team:topic:*", "+@all", "-@admin", "-@dangerous", "+info"];
  await admin.acl("SETUSER", "team", ...rules);
  admin.disconnect();
  const options = { path: server.url, username: "team", password: SECRET };
  await using transport = redis({ options, prefix: "team" });
  const listener = await transport.listen("calculator");
  await transport.connect("calculator");
  await listener.close();
  await queuesOf(transport).put("jobs", text("one"));
  await (await queuesOf(transport).take("jobs")).ack();
  const member = await topicsOf(transport).subscribe("a.*", { group: "workers" });
  const wild = await topicsOf(transport).subscribe("a.*");
  for (const topic of ["b.a", "a.b"]) await topicsOf(transport).publish(topic, text("one"));
  expect(await nextOf(wild)).toMatchObject({ topic: "a.b" });
  await member.close();
  await using trespasser = redis({ options, prefix: "others" });
  await expect(queuesOf(trespasser).put("jobs", text("one"))).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await expect(trespasser.listen("calculator")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
});

it("has a recipe of plain data out of the way of logs, and none around a client or functions", () => {
  const transport = redis({ url: `redis://:${SECRET}@localhost`, onWarning: () => undefined });
  expect(transport.recipe).toEqual({
    module: "@fourwire/transport-redis",
    export: "redis",
    options: { url: `redis://:${SECRET}@localhost` },
  });
  expect(JSON.stringify(transport)).not.toContain(SECRET);
  expect(redis({ options: { retryStrategy: () => 1 } }).recipe).toBeUndefined();
  const client = new Redis({ lazyConnect: true });
  expect(redis({ client }).recipe).toBeUndefined();
});
