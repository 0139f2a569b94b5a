import { deadLettersOf } from "@fourwire/transport";
import { read, text } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";
import { nextOf, queuesOf, topicsOf } from "./kit.ts";

const server = lazyTestServer(afterAll);

it("sends what another program wrote, in another format, to the dead letters with its bytes", async () => {
  await using transport = redis({ url: server.url });
  const queues = queuesOf(transport);
  const stranger = new Redis(server.url);
  await stranger.hset("fourwire:queue:{poison}:items", "x", "not ours");
  await stranger.zadd("fourwire:queue:{poison}:ready", 0, "x");
  stranger.disconnect();
  await queues.put("poison", text("ours"));
  expect(read((await queues.take("poison")).frames)).toBe("ours");
  expect(read((await queues.take(deadLettersOf("poison"))).frames)).toBe("not ours");
});

it("makes one script call of what is put, taken and settled in one turn", async () => {
  await using transport = redis({ url: server.url });
  const queues = queuesOf(transport);
  const observer = new Redis(server.url);
  const countCalls = async () =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await observer.info("commandstats"))?.[1] ?? 0);
  await queues.put("batch", text("warm"));
  await (await queues.take("batch")).ack();
  const before = await countCalls();
  await Promise.all(Array.from({ length: 50 }, (_, index) => queues.put("batch", text(String(index)))));
  const items = await Promise.all(Array.from({ length: 50 }, () => queues.take("batch")));
  await Promise.all(items.map((item) => item.ack()));
  expect((await countCalls()) - before).toBe(3);
  observer.disconnect();
});

it("goes on after Redis was told to forget all scripts", async () => {
  await using transport = redis({ url: server.url });
  await queuesOf(transport).put("flushed", text("one"));
  const admin = new Redis(server.url);
  await admin.script("FLUSH");
  admin.disconnect();
  await queuesOf(transport).put("flushed", text("two"));
  expect(await queuesOf(transport).size("flushed")).toMatchObject({ ready: 2 });
});

it("gives a group's message to another member when its reader closes the transport without reading on", async () => {
  const first = redis({ url: server.url });
  await using second = redis({ url: server.url });
  const leaver = await topicsOf(first).subscribe("shift.*", { group: "workers" });
  const stayer = await topicsOf(second).subscribe("shift.*", { group: "workers" });
  const waiting = nextOf(leaver);
  await first.close();
  expect(await waiting).toBeUndefined();
  await topicsOf(second).publish("shift.over", text("yours"));
  expect(read((await nextOf(stayer))?.frames)).toBe("yours");
});

it("takes keys of any text, next to items that have none", async () => {
  await using transport = redis({ url: server.url });
  const queues = queuesOf(transport);
  const keys = ["a b\n{", "ключ", "\ud800", '"\\'];
  const putting = keys.flatMap((dedupKey) => [
    queues.put("texts", text("one"), { dedupKey, key: dedupKey }),
    queues.put("texts", text("plain")),
    queues.put("texts", text("other"), { dedupKey, delayMs: 0.5 }),
  ]);
  const ids = await Promise.all(putting);
  for (let index = 0; index < ids.length; index += 3) expect(ids[index + 2]).toBe(ids[index]);
  expect(await queues.size("texts")).toMatchObject({ ready: keys.length * 2 });
});
