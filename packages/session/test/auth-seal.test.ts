import type { Frames } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { openSession, type SessionOptions } from "../src/index.ts";
import { flip, HANDSHAKE, type Place, type Tamper, tampered } from "./auth-tamper.ts";
import { converse, failure } from "./fixture.ts";
import { count } from "./stream-fixture.ts";

const KEY = "a key that both ends hold";
const LARGE = 20_000;
const heartbeat = { intervalMs: 30, windowMs: 300 };
const both: SessionOptions = { key: KEY, heartbeat };
const directions: readonly Place["direction"][] = ["to server", "to client"];

/** Tampers with one message behind the handshake of the first channel. */
function once(direction: Place["direction"], tamper: (frames: Frames) => readonly Frames[]): Tamper {
  return (frames, place) =>
    place.direction === direction && place.channel === 0 && place.index === HANDSHAKE + 3 ? tamper(frames) : [frames];
}

/** Holds one message back until the next has passed. */
function swapping(direction: Place["direction"]): Tamper {
  const held: Frames[] = [];
  return (frames, place) => {
    if (place.direction !== direction || place.channel !== 0) return [frames];
    if (place.index === HANDSHAKE + 3) {
      held.push(frames);
      return [];
    }
    return [frames, ...held.splice(0)];
  };
}

/** Repeats on the second channel what was valid on the first. */
function replaying(direction: Place["direction"]): Tamper {
  let recorded: readonly Frames[] = [];
  return (frames, place) => {
    if (place.direction !== direction || place.index !== HANDSHAKE + 3) return [frames];
    if (place.channel > 1) return [frames];
    if (place.channel === 1) return recorded;
    recorded = [frames];
    return [flip(frames)];
  };
}

const crimes: readonly { readonly crime: string; create(direction: Place["direction"]): Tamper }[] = [
  { crime: "changed in frame 0", create: (direction) => once(direction, (frames) => [flip(frames, 0)]) },
  {
    crime: "changed in its last frame of content",
    create: (direction) => once(direction, (frames) => [flip(frames, frames.length - 2)]),
  },
  { crime: "changed in its code", create: (direction) => once(direction, (frames) => [flip(frames)]) },
  { crime: "stripped of its code", create: (direction) => once(direction, (frames) => [frames.slice(0, -1)]) },
  {
    crime: "given a further frame",
    create: (direction) => once(direction, (frames) => [[new Uint8Array(9), ...frames]]),
  },
  { crime: "repeated", create: (direction) => once(direction, (frames) => [frames, frames]) },
  { crime: "dropped", create: (direction) => once(direction, () => []) },
  { crime: "overtaken by the next", create: swapping },
  { crime: "replaced by one of an older channel", create: replaying },
];

describe.each(crimes)("a message that is $crime on an unencrypted link [pizco-20]", ({ create }) => {
  it.each(directions)("%s ends the channel; the session resumes and no call runs twice or wrong", async (direction) => {
    const runs = new Map<number, number>();
    const work = (number: number, bytes: Uint8Array): string => {
      runs.set(number, (runs.get(number) ?? 0) + 1);
      return `${number} ${bytes.length}`;
    };
    const transport = tampered(memory(), create(direction));
    await using conversation = await converse({ transport, functions: { work }, serve: both, open: both });
    const { client } = conversation;
    const calls = count(60).map((number) => client.call("work", [number, new Uint8Array(number % 3 ? 10 : LARGE)]));
    for (const number of count(40)) {
      const bytes = new Uint8Array(number % 3 ? 10 : LARGE);
      calls.push(client.call("work", [60 + number, bytes]));
      await client.call("echo", []);
    }
    const answers = await Promise.all(calls);
    expect(answers).toStrictEqual(
      count(100).map((number) => `${number} ${(number < 60 ? number : number - 60) % 3 ? 10 : LARGE}`),
    );
    expect([...runs.values()].every((times) => times === 1)).toBe(true);
    expect(client.stats().resumes).toBeGreaterThanOrEqual(1);
    expect(client.stats().resets).toBe(0);
  });
});

describe("the handshake of a keyed session on an unencrypted link", () => {
  const places = directions.flatMap((direction) => [0, 1].map((index) => ({ direction, index })));

  it.each(places)("fails when message $index $direction was changed", async ({ direction, index }) => {
    const tamper: Tamper = (frames, place) =>
      place.direction === direction && place.index === index ? [flip(frames, 0)] : [frames];
    await using conversation = await converse({ transport: memory(), serve: both, open: both });
    const line = tampered(conversation.transport, tamper);
    const error = await failure(openSession(line, conversation.server.address, both));
    expect(["UNAUTHORIZED", "MALFORMED"]).toContain(error.code);
    expect(await conversation.client.call("echo", ["others go on"])).toBe("others go on");
  });

  it("takes no WELCOME that lacks its code", async () => {
    const tamper: Tamper = (frames, { direction, index }) =>
      direction === "to client" && index === 1 ? [frames.slice(0, 1)] : [frames];
    await using conversation = await converse({
      transport: tampered(memory(), (frames) => [frames]),
      serve: both,
      open: both,
    });
    const line = tampered(conversation.transport, tamper);
    const error = await failure(openSession(line, conversation.server.address, both));
    expect(["UNAUTHORIZED", "MALFORMED"]).toContain(error.code);
  });

  it.each(["cbor", "json"] as const)(
    "goes well in %s when nobody is on the line, and every message has a code",
    async (codec) => {
      const extra: number[] = [];
      const tamper: Tamper = (frames, { index }) => {
        if (index >= HANDSHAKE) extra.push(frames.at(-1)?.length ?? 0);
        return [frames];
      };
      const transport = tampered(memory(), tamper);
      await using conversation = await converse({ transport, serve: both, open: { ...both, codec } });
      const bytes = new Uint8Array(LARGE).fill(3);
      expect(await conversation.client.call("echo", [bytes])).toStrictEqual(bytes);
      expect(extra.length).toBeGreaterThan(0);
      expect(new Set(extra)).toStrictEqual(new Set([16]));
    },
  );

  it("needs no code on an encrypted link", async () => {
    await using conversation = await converse({ serve: both, open: both });
    expect(await conversation.client.call("echo", ["plain"])).toBe("plain");
  });
});
