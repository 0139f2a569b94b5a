import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { connectAgain, deferred, nextOf, queuesOf, topicsOf, turn, until } from "./kit.ts";

it("loses channels with the connection, and listens again by itself once Redis is back", async () => {
  await using server = testServer();
  await using transport = redis({ url: server.url });
  const listener = await transport.listen("calculator");
  const near = await transport.connect("calculator");
  const far = await accept(listener);
  await server.stop();
  expect(await near.closed).toMatchObject({ code: "LOST" });
  expect(await far.closed).toMatchObject({ code: "LOST" });
  await expect(near.send(text("?"))).rejects.toMatchObject({ code: "LOST" });
  server.start();
  await using other = redis({ url: server.url });
  const again = await connectAgain(() => other.connect("calculator"));
  await again.send(text("back"));
  expect(read(await receive(await accept(listener)))).toBe("back");
});

it("subscribes again by itself after a restart, and says that there was a gap", async () => {
  await using server = testServer();
  await using transport = redis({ url: server.url });
  const gaps = { exact: deferred(), wild: deferred(), group: deferred() };
  const topics = topicsOf(transport);
  const exact = await topics.subscribe("a.b", { onGap: gaps.exact.resolve });
  const wild = await topics.subscribe("a.*", { onGap: gaps.wild.resolve });
  const group = await topics.subscribe("a.**", { group: "workers", onGap: gaps.group.resolve });
  await server.stop();
  server.start();
  await Promise.all([gaps.exact.promise, gaps.wild.promise, gaps.group.promise]);
  await using other = redis({ url: server.url });
  await topicsOf(other).publish("a.b", text("after"));
  for (const subscription of [exact, wild, group]) expect(read((await nextOf(subscription))?.frames)).toBe("after");
});

it("goes on reading as a member of a group whose Redis ends in the middle of a question", async () => {
  await using server = testServer();
  await using transport = redis({ url: server.url });
  const gap = deferred();
  const member = await topicsOf(transport).subscribe("a.**", { group: "workers", onGap: gap.resolve });
  process.kill(server.pid, "SIGSTOP");
  const waiting = nextOf(member);
  await turn();
  await server.stop();
  server.start();
  await gap.promise;
  await topicsOf(transport).publish("a.b", text("after"));
  expect(read((await waiting)?.frames)).toBe("after");
});

it("goes on waiting for items over a restart, with what is put afterwards", async () => {
  await using server = testServer();
  await using transport = redis({ url: server.url });
  const queues = queuesOf(transport);
  await queues.put("first", text("warm"));
  await (await queues.take("first")).ack();
  const taking = queues.take("jobs");
  await queues.size("jobs");
  await server.stop();
  server.start();
  await using other = redis({ url: server.url });
  await queuesOf(other).put("jobs", text("after"));
  expect(read((await taking).frames)).toBe("after");
});

it("loses the channels of a Redis that does not answer for lossMs, and goes on when it does again", async () => {
  await using server = testServer();
  await using transport = redis({ url: server.url, checkMs: 50, lossMs: 300, connectTimeoutMs: 500 });
  const listener = await transport.listen("calculator");
  const near = await transport.connect("calculator");
  await accept(listener);
  process.kill(server.pid, "SIGSTOP");
  try {
    expect(await near.closed).toMatchObject({ code: "LOST" });
    await expect(transport.connect("calculator")).rejects.toMatchObject({ code: "REFUSED" });
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
  const again = await connectAgain(() => transport.connect("calculator"));
  await again.send(text("back"));
  expect(read(await receive(await accept(listener)))).toBe("back");
});

it("keeps channels over a pause of Redis that is shorter than lossMs", async () => {
  await using server = testServer();
  await using transport = redis({ url: server.url, checkMs: 20 });
  await using hasty = redis({ url: server.url, checkMs: 20, lossMs: 200 });
  const listener = await transport.listen("calculator");
  const near = await transport.connect("calculator");
  const far = await accept(listener);
  const lost = await hasty.connect("calculator");
  process.kill(server.pid, "SIGSTOP");
  await near.send(text("patience"));
  expect(await lost.closed).toMatchObject({ code: "LOST" });
  process.kill(server.pid, "SIGCONT");
  expect(read(await receive(far))).toBe("patience");
});

it("holds no connection when nothing needs one", async () => {
  await using server = testServer();
  const observer = new Redis(server.url);
  const countClients = async () =>
    String(await observer.client("LIST"))
      .trim()
      .split("\n").length - 1;
  await using transport = redis({ url: server.url });
  expect(await countClients()).toBe(0);
  await queuesOf(transport).put("jobs", text("one"));
  expect(await countClients()).toBe(2);
  await until(async () => (await countClients()) === 0);
  expect((await queuesOf(transport).take("jobs")).deliveries).toBe(1);
  observer.disconnect();
});

it("keeps no key of a queue, a group or an address that nobody uses any more", async () => {
  await using server = testServer();
  const observer = new Redis(server.url);
  await using transport = redis({ url: server.url });
  const queues = queuesOf(transport);
  for (const part of ["ack", "dead"]) await queues.put("jobs", text(part));
  await (await queues.take("jobs")).ack();
  await (await queues.take("jobs")).reject();
  await (await queues.take("jobs:dead")).ack();
  const member = await topicsOf(transport).subscribe("a.*", { group: "workers" });
  await topicsOf(transport).publish("a.b", text("one"));
  await nextOf(member);
  await member.close();
  const listener = await transport.listen();
  const near = await transport.connect(listener.address);
  await near.close();
  await listener.close();
  expect(await observer.keys("*")).toEqual([]);
  observer.disconnect();
});
