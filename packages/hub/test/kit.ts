/** What the tests of this package share. */
import type { TopicSubscription } from "@fourwire/transport";
import { read } from "@fourwire/transport/conformance";

/** Takes the next message of a subscription, read as text. */
export async function nextText(subscription: TopicSubscription) {
  const { value } = await subscription[Symbol.asyncIterator]().next();
  return read(value?.frames);
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

/** Waits until something is so, looking again whenever the event loop comes round. */
export async function until(isSo: () => boolean | Promise<boolean>, deadlineMs = 5_000): Promise<void> {
  const since = performance.now();
  while (!(await isSo())) {
    if (performance.now() - since > deadlineMs) throw new Error(`It is not so after ${deadlineMs} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
