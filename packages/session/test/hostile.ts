/**
 * A server with a good client, for peers that try to do it harm.
 *
 * @module
 */

import { memory } from "@fourwire/transport/memory";
import { expect } from "vitest";
import type { CodecName, Session } from "../src/index.ts";
import { type Conversation, type ConverseOptions, converse, until } from "./fixture.ts";
import { HELLO, RawPeer } from "./raw-peer.ts";

const never = (): Promise<never> => new Promise(() => undefined);

/** Functions that do what strangers may hope for. */
export const greedy = {
  never,
  hold: never,
  async drain(stream: AsyncIterable<unknown>) {
    let items = 0;
    for await (const _ of stream) items += 1;
    return items;
  },
  async stall(stream: AsyncIterable<unknown>) {
    await stream[Symbol.asyncIterator]().next();
    await never();
  },
  async *count() {
    for (let number = 0; ; number += 1) yield number;
  },
} as const;

export interface Fortress extends Conversation {
  /** The errors that the server was told of. */
  readonly heard: Error[];
  /** Connects a stranger: `silent` has not said a word, others have exchanged opening messages in a codec. */
  stranger(kind?: "silent" | CodecName): Promise<RawPeer>;
  /** Waits until the server has so many sessions, the good client's first, and returns them. */
  sessionsOf(count: number): Promise<readonly Session[]>;
  /** Checks that the good client is served as before. */
  holds(): Promise<void>;
  /** Waits until strangers are gone, and checks that nothing of them is left. */
  empties(): Promise<void>;
}

export async function fortress(options: ConverseOptions = {}): Promise<Fortress> {
  const heard: Error[] = [];
  const transport = memory();
  // A stranger who is gone does not come back: its session is not kept.
  const serve = { parking: { forMs: 0 }, ...options.serve, onError: (error: Error) => void heard.push(error) };
  const conversation = await converse({ ...options, transport, serve });
  const { server, client } = conversation;
  let served = 0;
  return Object.assign(conversation, {
    heard,
    stranger: (kind: "silent" | CodecName = "cbor") =>
      kind === "silent"
        ? RawPeer.connect(transport, server.address)
        : RawPeer.open(transport, server.address, HELLO, kind),
    async sessionsOf(count: number): Promise<readonly Session[]> {
      await until(() => server.sessions.size === count);
      return [...server.sessions];
    },
    async holds(): Promise<void> {
      served += 1;
      expect(await client.call("echo", [{ served }])).toStrictEqual({ served });
    },
    async empties(): Promise<void> {
      await until(() => server.sessions.size === 1);
      expect([...server.sessions]).toStrictEqual([conversation.served]);
    },
  });
}
