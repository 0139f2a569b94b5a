import { readFileSync } from "node:fs";
import { text } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";
import { queuesOf, topicsOf } from "./kit.ts";

const server = lazyTestServer(afterAll);

/** The snippets of docs/transports/redis.md, as they stand there. */
it("subscribes, puts and takes as the page says", async () => {
  const transport = redis({ url: server.url });
  const [topics, queues, frames] = [topicsOf(transport), queuesOf(transport), text("hello")];
  const reload = (): void => undefined;
  const prices = await topics.subscribe("price.*", { onGap: () => reload() });
  await prices.close();
  const id = await queues.put("mails", frames, { priority: 1, delayMs: 60_000, dedupKey: "welcome 7" });
  expect(await queues.remove("mails", id)).toBe(true);
  await queues.put("mails", frames);
  const item = await queues.take("mails", { leaseMs: 10_000, maxDeliveries: 5 });
  await item.retry({ delayMs: 1_000 * 2 ** item.deliveries });
  expect(await queues.size("mails")).toMatchObject({ delayed: 1 });
  await transport.close();
});

it("sets up the confined user of the page", async () => {
  const page = readPage();
  const [, rule = ""] = /^ACL (.*)$/m.exec(page) ?? [];
  const admin = new Redis(server.url);
  const [subcommand = "", ...args] = rule.split(" ");
  expect(await admin.call("ACL", [subcommand, ...args])).toBe("OK");
  admin.disconnect();
  await using transport = redis({
    options: { path: server.url, username: "team", password: "password" },
    prefix: "team",
  });
  await topicsOf(transport).subscribe("a.*");
  await queuesOf(transport).put("jobs", text("one"));
});

it("meets at a name as the page says", async () => {
  const { url } = server;
  await using transport = redis({ url });
  await using listener = await transport.listen("calculator");
  await using channel = await transport.connect("calculator");
  expect(channel.returnAddress).not.toBe(listener.address);
});

it("shows only lines that are compiled and run here, but for where Redis usually is", () => {
  const here = readFileSync(new URL(import.meta.url), "utf8").split("\n");
  const shown = [...readPage().matchAll(/^```ts\n(.*?)^```$/gms)].flatMap(([, code = ""]) => code.trim().split("\n"));
  const known = new Set(["", 'const url = "redis://127.0.0.1:6379";', ...here.map((line) => line.trim())]);
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter((line) => !known.has(line))).toEqual([]);
});

function readPage(): string {
  return readFileSync(new URL("../../../docs/transports/redis.md", import.meta.url), "utf8");
}
