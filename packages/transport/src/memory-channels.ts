/**
 * The channels and listeners of a memory network.
 *
 * @module
 */

import type { ChannelControl, Link, ListenerControl } from "./channel.ts";
import { createChannel, createListener } from "./channel.ts";
import { TransportError } from "./errors.ts";
import type { FaultOptions, Faults } from "./faults.ts";
import { FaultDice } from "./faults.ts";
import { copyFrames } from "./frames.ts";
import { Lane } from "./memory-lane.ts";
import type { Channel, Listener, Transport } from "./transport.ts";

/** Limits and faults of the channels. */
export interface MemoryChannelOptions {
  readonly maxMessageBytes?: number | undefined;
  readonly maxInboxBytes?: number | undefined;
  readonly faults?: FaultOptions | undefined;
}

/** The part of a memory network that is channels. */
export interface MemoryChannels extends Pick<Transport, "connect" | "listen" | "close"> {
  readonly faults: Faults;
}

/** Two channels that are each other's far end. */
interface Pair {
  readonly ends: readonly [near: Channel, far: Channel];
  cut(): void;
  setHalfOpen(isHalfOpen: boolean): void;
}

/** Creates the channels of one private network. */
export function createMemoryChannels(options: MemoryChannelOptions): MemoryChannels {
  const bound = new Map<string, ListenerControl>();
  const pairs = new Set<Pair>();
  const dice = new FaultDice(options.faults);
  let fresh = 0;
  const nameFresh = (): string => {
    do fresh += 1;
    while (bound.has(`memory-${fresh}`));
    return `memory-${fresh}`;
  };

  return {
    faults: createFaults(dice, pairs),

    async connect(address, { signal } = {}): Promise<Channel> {
      signal?.throwIfAborted();
      checkAddress(address);
      const listener = bound.get(address);
      if (!listener || dice.refuses()) throw new TransportError("REFUSED", `Nobody listens at "${address}"`);
      const pair = createPair(options, dice);
      pairs.add(pair);
      const [near, far] = pair.ends;
      void Promise.all([near.closed, far.closed]).then(() => pairs.delete(pair));
      listener.accept(far);
      return near;
    },

    async listen(address = nameFresh(), { signal } = {}): Promise<Listener> {
      signal?.throwIfAborted();
      checkAddress(address);
      if (bound.has(address)) throw new TransportError("ADDRESS_IN_USE", `Something listens at "${address}" already`);
      const control = createListener({
        address,
        async close() {
          bound.delete(address);
        },
      });
      bound.set(address, control);
      return control.listener;
    },

    async close() {
      // Delayed messages have nobody left to read them.
      for (const pair of pairs) pair.setHalfOpen(true);
      const channels = [...pairs].flatMap((pair) => pair.ends);
      const listeners = [...bound.values()].map((control) => control.listener);
      await Promise.all([...listeners, ...channels].map((end) => end.close()));
    },
  };
}

function createFaults(dice: FaultDice, pairs: Iterable<Pair>): Faults {
  return {
    set: (options) => dice.set(options),
    heal() {
      dice.set({});
      for (const pair of pairs) pair.setHalfOpen(false);
    },
    cut(channel) {
      for (const pair of pairsOf(pairs, channel)) pair.cut();
    },
    halfOpen(channel) {
      for (const pair of pairsOf(pairs, channel)) pair.setHalfOpen(true);
    },
  };
}

function pairsOf(pairs: Iterable<Pair>, channel: Channel | undefined): Pair[] {
  return [...pairs].filter(({ ends }) => channel === undefined || ends.includes(channel));
}

function createPair(options: MemoryChannelOptions, dice: FaultDice): Pair {
  const toFar = new Lane((frames) => far.receive(frames), dice.createFates());
  const toNear = new Lane((frames) => near.receive(frames), dice.createFates());
  const near: ChannelControl = createChannel(
    createLink(toFar, () => [near, far]),
    options,
  );
  const far: ChannelControl = createChannel(
    createLink(toNear, () => [far, near]),
    options,
  );
  return {
    ends: [near.channel, far.channel],
    cut() {
      const reason = new TransportError("LOST", "The link was cut by faults.cut()");
      for (const lane of [toFar, toNear]) lane.drop();
      for (const end of [near, far]) end.end(reason);
    },
    setHalfOpen(isHalfOpen) {
      for (const lane of [toFar, toNear]) lane.isHalfOpen = isHalfOpen;
    },
  };
}

function createLink(lane: Lane, ends: () => readonly [near: ChannelControl, far: ChannelControl]): Link {
  return {
    async send(frames) {
      // Copied, because over a real wire the sender may reuse its buffers.
      lane.carry(copyFrames(frames));
    },
    async close() {
      const [near, far] = ends();
      // Settled by now: a link is closed after its channel is over. A far end learns of a break here, too.
      const reason = await near.channel.closed;
      if (reason) lane.drop();
      else await lane.drain();
      if (!lane.isHalfOpen) far.end(reason);
    },
  };
}

function checkAddress(address: string): void {
  if (typeof address === "string" && address !== "") return;
  throw new TransportError("ADDRESS_INVALID", `A memory address is a non-empty name; got ${JSON.stringify(address)}`);
}
