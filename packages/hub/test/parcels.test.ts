import { expect, it } from "vitest";
import { createSubscribedEvents } from "../src/subscribed-events.ts";
import { Switchboard } from "../src/switchboard.ts";

async function open() {
  const topics = new Switchboard();
  const subscription = await topics.subscribe("news");
  const parcels = createSubscribedEvents(subscription, () => undefined)[Symbol.asyncIterator]();
  const sizeOfNext = async (): Promise<number> => (await parcels.next()).value?.length ?? 0;
  return { topics, sizeOfNext };
}

it("takes along what is here when one leaves, up to 256 messages", async () => {
  const { topics, sizeOfNext } = await open();
  for (let count = 0; count < 600; count += 1) void topics.deliver("news", [new Uint8Array(10)]);
  expect([await sizeOfNext(), await sizeOfNext(), await sizeOfNext()]).toEqual([256, 256, 88]);
});

it("waits for none: the first of a burst that a reader waits for leaves with what came in the same turn", async () => {
  const { topics, sizeOfNext } = await open();
  const first = sizeOfNext();
  for (let count = 0; count < 40; count += 1) void topics.deliver("news", [new Uint8Array(10)]);
  expect(await first).toBe(40);
  void topics.deliver("news", [new Uint8Array(10)]);
  expect(await sizeOfNext()).toBe(1);
});

it("ends a parcel at 128 KiB, and lets a larger message go alone", async () => {
  const { topics, sizeOfNext } = await open();
  for (const bytes of [200_000, 70_000, 70_000, 10]) void topics.deliver("news", [new Uint8Array(bytes)]);
  expect([await sizeOfNext(), await sizeOfNext(), await sizeOfNext()]).toEqual([1, 2, 1]);
});
