/**
 * What scripts answer.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";

/** An item as a script hands it over. */
export interface Taken {
  readonly id: string;
  readonly payload: Buffer;
  /** The times it was taken, this one included. */
  readonly tries: number;
  /** What it consists of, once somebody has looked. */
  frames?: Frames | undefined;
}

/** What taking answers. */
export interface TakeReply {
  /** The time until an item may come back; `undefined` when none can. */
  readonly dueMs: number | undefined;
  /** The items that the queue ever dropped. */
  readonly dropped: number;
  readonly items: readonly Taken[];
}

/** Reads a list of integers. */
export function readNumbers(reply: unknown): number[] {
  return readList(reply).map(Number);
}

/** Reads a list of texts. */
export function readTexts(reply: unknown): string[] {
  return readList(reply).map(String);
}

/** Reads the answer of `takeItems`. */
export function readTaken(reply: unknown): TakeReply {
  const [dueMs, dropped, ...fields] = readList(reply);
  const items: Taken[] = [];
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const payload = fields[index + 1];
    if (Buffer.isBuffer(payload)) items.push({ id: String(fields[index]), payload, tries: Number(fields[index + 2]) });
  }
  return { dueMs: Number(dueMs) < 0 ? undefined : Number(dueMs), dropped: Number(dropped), items };
}

/** Reads a list of whatever it is. */
export function readList(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new TypeError("A script of this driver answered what it never does");
  return reply;
}
