/**
 * What the checks have in common.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { ErrorCode } from "../errors.ts";
import { TransportError } from "../errors.ts";
import type { Frames } from "../frames.ts";
import type { LogEntry, LogSubscription, Logs } from "../logs.ts";
import type { Queues } from "../queues.ts";
import type { TopicMessage, TopicSubscription, Topics } from "../topics.ts";
import type { Channel, Listener } from "../transport.ts";
import type { Bench } from "./check.ts";

/** Both ends of a channel, and where they met. */
export interface Meeting {
  readonly listener: Listener;
  /** The end that connected. */
  readonly near: Channel;
  /** The end that was accepted. */
  readonly far: Channel;
}

/** Listens at an address of the fixture. */
export function listen(bench: Bench): Promise<Listener> {
  return bench.transport.listen(bench.fixture.address());
}

/** Opens a channel to the listener and takes both of its ends. */
export async function join(bench: Bench, listener: Listener): Promise<Meeting> {
  const [near, far] = await Promise.all([bench.transport.connect(listener.address), accept(listener)]);
  return { listener, near, far };
}

/** Opens a channel and takes both of its ends. */
export async function meet(bench: Bench): Promise<Meeting> {
  return join(bench, await listen(bench));
}

/** Takes the next channel of a listener. */
export async function accept(listener: Listener): Promise<Channel> {
  const result = await listener[Symbol.asyncIterator]().next();
  assert.ok(!result.done, "The listener ended");
  return result.value;
}

/** Takes the next message, or `undefined` at the end. */
export async function receive(channel: Channel): Promise<Frames | undefined> {
  const result = await channel[Symbol.asyncIterator]().next();
  return result.done ? undefined : result.value;
}

/** Takes the next message of a subscription, or `undefined` at the end. */
export async function next(subscription: TopicSubscription): Promise<TopicMessage | undefined> {
  const result = await subscription[Symbol.asyncIterator]().next();
  return result.done ? undefined : result.value;
}

/** Writes a message of one frame for each text. */
export function text(...parts: readonly string[]): Frames {
  return parts.map((part) => new TextEncoder().encode(part));
}

/** Reads what `text` wrote, frames separated by `|`; `undefined` stays. */
export function read(frames: Frames | undefined): string | undefined {
  return frames?.map((frame) => new TextDecoder().decode(frame)).join("|");
}

/** Fills a frame with bytes that differ from their neighbours. */
export function pattern(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + (index >>> 8)) & 0xff);
}

/** Asserts that two messages are the same, frame by frame and byte by byte. */
export function assertSame(actual: Frames | undefined, expected: Frames): void {
  assert.ok(actual, "A message is missing");
  assert.deepEqual(
    actual.map((frame) => frame.byteLength),
    expected.map((frame) => frame.byteLength),
    "The frames have other lengths",
  );
  const differs = actual.findIndex((frame, index) => !Buffer.from(frame).equals(expected[index] ?? frame));
  assert.equal(differs, -1, `Frame ${differs} has other bytes`);
}

/** Asserts that frames are `Uint8Array`s and no subclass, whose methods may differ. */
export function assertPlain(frames: Frames | undefined): void {
  assert.ok(frames, "A message is missing");
  for (const frame of frames) assert.equal(Object.getPrototypeOf(frame), Uint8Array.prototype);
}

/** Asserts that the promise rejects with the code. */
export async function rejectsWith(code: ErrorCode, promise: Promise<unknown>): Promise<void> {
  const error = await rejection(promise);
  assert.ok(error instanceof TransportError, `Rejected with ${String(error)} instead of a TransportError`);
  assert.equal(error.code, code);
}

/** Asserts that the promise rejects because the caller made a mistake. */
export async function rejectsAsMistake(promise: Promise<unknown>): Promise<void> {
  const error = await rejection(promise);
  assert.ok(error instanceof TypeError, `Rejected with ${String(error)} instead of a TypeError`);
}

/** Asserts that the promise rejects with exactly this reason. */
export async function rejectsBecause(reason: unknown, promise: Promise<unknown>): Promise<void> {
  assert.equal(await rejection(promise), reason);
}

/** Takes the topics port that the traits declare. */
export function topicsOf(bench: Bench): Topics {
  assert.ok(bench.transport.topics, "The traits declare topics, but the transport has no such port");
  return bench.transport.topics;
}

/** Takes the queues port that the traits declare. */
export function queuesOf({ transport }: Pick<Bench, "transport">): Queues {
  assert.ok(transport.queues, "The traits declare queues, but the transport has no such port");
  return transport.queues;
}

/** Takes the logs port that the traits declare. */
export function logsOf({ transport }: Pick<Bench, "transport">): Logs {
  assert.ok(transport.logs, "The traits declare logs, but the transport has no such port");
  return transport.logs;
}

/** Takes the next entries of a log. */
export async function readEntries(subscription: LogSubscription, count: number): Promise<readonly LogEntry[]> {
  const iterator = subscription[Symbol.asyncIterator]();
  const entries: LogEntry[] = [];
  while (entries.length < count) {
    const result = await iterator.next();
    if (result.done) return entries;
    entries.push(result.value);
  }
  return entries;
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail("Resolved instead of rejecting"),
    (error: unknown) => error,
  );
}
