/** What the tests of this package share. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { Channel, Queues, TopicSubscription, Topics, Transport } from "@fourwire/transport";

/** Takes the next message of a subscription. */
export async function nextOf(subscription: TopicSubscription) {
  const { value } = await subscription[Symbol.asyncIterator]().next();
  return value;
}

/** A promise and what settles it. */
export function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Reduces a size in quick runs. */
export function sized(quick: number, full: number): number {
  return process.env.FOURWIRE_SIZE === "full" ? full : quick;
}

export function topicsOf({ topics }: Transport): Topics {
  if (!topics) throw new Error("There are no topics");
  return topics;
}

export function queuesOf({ queues }: Transport): Queues {
  if (!queues) throw new Error("There are no queues");
  return queues;
}

/** Lets everything run that is ready. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until something is so, looking again whenever the event loop comes round. */
export async function until(isSo: () => boolean | Promise<boolean>, deadlineMs = 5_000): Promise<void> {
  const since = performance.now();
  while (!(await isSo())) {
    if (performance.now() - since > deadlineMs) throw new Error(`It is not so after ${deadlineMs} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Connects to a listener that may not be back yet. */
export async function connectAgain(connect: () => Promise<Channel>): Promise<Channel> {
  let channel: Channel | undefined;
  await until(async () => {
    channel = await connect().catch(() => undefined);
    return channel !== undefined;
  });
  if (!channel) throw new Error("Nobody listens");
  return channel;
}

/** Finds a port that nobody listens at. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address ? address.port : 0;
}
