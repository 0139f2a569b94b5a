import { connectBus } from "@fourwire/bus";
import { serveHub, withHub } from "@fourwire/hub";
import { startChild } from "@fourwire/test-kit";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it } from "vitest";
import { Collected, eventually, timeOf } from "./kit.ts";

const HUB = new URL("../../hub/test/hub-process.js", import.meta.url);

it("listeners and functions work again after the hub was killed and started, and a gap was told [pymq-3]", async () => {
  const hub = await startChild(HUB, ["tcp://127.0.0.1:0"]);
  await using transport = withHub(zmq(), hub.said);
  const bus = await connectBus({ transport });
  const gaps = new Collected<unknown>();
  const seen = new Collected<unknown>();
  await bus.subscribe("news", seen.add, { onGap: gaps.add });
  await bus.expose("add", (a: number, b: number) => a + b);
  await bus.publish("news", 1);
  expect(await seen.until(1)).toEqual([1]);
  expect(await bus.stub("add")(1, 2)).toBe(3);
  await hub.kill();
  await using _again = await startChild(HUB, [hub.said]);
  expect(await gaps.until(1)).toEqual([{ pattern: "news", missed: undefined }]);
  await bus.publish("news", 2, { requireReceiver: true });
  expect(await seen.until(2)).toEqual([1, 2]);
  await eventually(async () => (await bus.stub("add").rpc(2, 3))[0]?.result === 5);
  await bus.close();
});

it("a bus closes within its grace period when the hub is gone", async () => {
  const hub = await startChild(HUB, ["tcp://127.0.0.1:0"]);
  await using transport = withHub(zmq(), hub.said);
  const bus = await connectBus({ transport, graceMs: 100 });
  await bus.subscribe("news", () => undefined);
  await bus.expose("add", (a: number, b: number) => a + b);
  expect(await bus.stub("add")(1, 2)).toBe(3);
  await hub.kill();
  expect(await timeOf(() => bus.close())).toBeLessThan(2_000);
});

it("an item of a consumer that was killed goes to another after its lease, and none is lost [pymq-14]", async () => {
  await using served = zmq();
  await using hub = await serveHub({ transport: served, address: "tcp://127.0.0.1:0" });
  await using transport = withHub(zmq(), hub.address);
  await using bus = await connectBus({ transport });
  const queue = bus.queue<number>("work");
  const items = Array.from({ length: 1_000 }, (_, index) => index);
  await Promise.all(items.map((item) => queue.put(item)));
  const killed = await startChild(new URL("./consumer-process.js", import.meta.url), [hub.address]);
  await killed.kill();
  const deliveries = new Map<number, number>();
  await using _consumer = queue.consume((item, job) => void deliveries.set(item, job.deliveries), { concurrency: 10 });
  await queue.join({ timeoutMs: 10_000 });
  expect(deliveries.get(Number(killed.said))).toBe(2);
  // Two were done before it was killed.
  expect(deliveries.size).toBe(998);
});

it("a process ends by itself once its bus is closed", async () => {
  await using leaver = await startChild(new URL("./leaver-process.js", import.meta.url));
  expect(leaver.said).toBe("closed");
  expect(await leaver.ended).toBe(0);
});
