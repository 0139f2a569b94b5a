import type { LogSubscription, Logs, Transport } from "@fourwire/transport";
import { read, rejectsWith, text } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { deferred, until } from "./kit.ts";

it("goes on reading over a restart, tells of a gap, and takes no id of the log that is gone", async () => {
  await using server = testServer();
  await using transport = redis({ url: server.url });
  const logs = logsOf(transport);
  const gap = deferred();
  const reader = await logs.read("news", { onGap: gap.resolve });
  const id = await logs.append("news", text("before"));
  expect(await next(reader)).toBe("before");
  const waiting = next(reader);
  await server.stop();
  server.start();
  await gap.promise;
  await using other = redis({ url: server.url });
  await logsOf(other).append("news", text("after"));
  expect(await waiting).toBe("after");
  await rejectsWith("TRIMMED", logsOf(other).read("news", { from: id }));
});

it("misses and doubles nothing over a restart of a Redis that keeps its data", async () => {
  await using server = testServer({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
  await using transport = redis({ url: server.url });
  const logs = logsOf(transport);
  const reader = await logs.read("news", { from: "start" });
  for (const part of ["1", "2", "3"]) await logs.append("news", text(part));
  expect(await next(reader)).toBe("1");
  await server.stop();
  server.start();
  await using other = redis({ url: server.url });
  await logsOf(other).append("news", text("4"));
  expect([await next(reader), await next(reader), await next(reader)]).toEqual(["2", "3", "4"]);
});

it("goes on over a lost connection without a gap", async () => {
  await using server = testServer();
  const observer = new Redis(server.url);
  await using transport = redis({ url: server.url });
  const logs = logsOf(transport);
  let gaps = 0;
  const onGap = (): void => {
    gaps += 1;
  };
  const reader = await logs.read("news", { onGap });
  await logs.append("news", text("1"));
  expect(await next(reader)).toBe("1");
  const waiting = next(reader);
  await observer.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await using other = redis({ url: server.url });
  await logsOf(other).append("news", text("2"));
  expect(await waiting).toBe("2");
  expect(gaps).toBe(0);
  observer.disconnect();
});

it("reads a long log in pages, and large entries a few at a time", async () => {
  await using server = testServer();
  await using transport = redis({ url: server.url });
  const logs = logsOf(transport);
  const small = Array.from({ length: 1_000 }, (_, index) => String(index));
  await Promise.all(small.map((part) => logs.append("small", text(part))));
  const reader = await logs.read("small", { from: "start" });
  for (const part of small) expect(await next(reader)).toBe(part);
  for (let size = 0; size < 6; size += 1)
    await logs.append("large", [new Uint8Array(700_000).fill(size)], { key: `${size}` });
  for (const from of ["start", "last"]) {
    const large = (await logs.read("large", { from }))[Symbol.asyncIterator]();
    for (let size = 0; size < 6; size += 1) expect((await large.next()).value?.frames[0]?.[0]).toBe(size);
  }
});

it("keeps nothing of a purged log but where its ids ended, and nothing of keys whose entries are gone", async () => {
  await using server = testServer();
  const observer = new Redis(server.url);
  await using transport = redis({ url: server.url });
  const logs = logsOf(transport);
  for (const key of ["a", "b", "c"]) await logs.append("news", text(key), { key, retention: { maxEntries: 1 } });
  expect((await observer.keys("*:of:*")).map((key) => key.split(":").at(-1))).toEqual(["c"]);
  await logs.purge("news");
  expect(await observer.keys("*:of:*")).toEqual([]);
  expect(await observer.hlen("fourwire:log:{news}:last")).toBe(0);
  observer.disconnect();
});

it("holds no connection once no reader is open", async () => {
  await using server = testServer();
  const observer = new Redis(server.url);
  const countClients = async (): Promise<number> =>
    String(await observer.client("LIST"))
      .trim()
      .split("\n").length - 1;
  await using transport = redis({ url: server.url });
  const reader = await logsOf(transport).read("news");
  const waiting = next(reader);
  await until(async () => (await countClients()) === 2);
  await reader.close();
  expect(await waiting).toBeUndefined();
  await until(async () => (await countClients()) === 0);
  observer.disconnect();
});

function logsOf({ logs }: Transport): Logs {
  if (!logs) throw new Error("There are no logs");
  return logs;
}

async function next(reader: LogSubscription): Promise<string | undefined> {
  return read((await reader[Symbol.asyncIterator]().next()).value?.frames);
}
