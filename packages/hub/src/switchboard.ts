/**
 * Publish and subscribe within the hub's process.
 *
 * @module
 */

import type { Frames, SubscribeOptions, Topics } from "@fourwire/transport";
import { checkPattern, checkTopic, compilePattern, hasWildcard, TransportError } from "@fourwire/transport";
import type { Bounds, FullPolicy, Member, Publisher } from "./outlet.ts";
import { Outlet } from "./outlet.ts";

/** That messages were missed. */
export interface Gap {
  /** The number that were dropped; absent when nobody knows, because the way was interrupted. */
  readonly missed?: number | undefined;
}

/** How a subscriber of a hub wants its messages. */
export interface HubSubscribeOptions extends Omit<SubscribeOptions, "onGap"> {
  /** The most messages kept for a slow subscriber. Default 100,000. */
  readonly maxBufferedItems?: number | undefined;
  /** What becomes of a message that the buffer has no room for. Default `dropOldest`. */
  readonly onFull?: FullPolicy | undefined;
  /**
   * Called when messages may have been missed because the way to them was
   * interrupted and, without a group, when some of a publisher's were dropped:
   * in front of that publisher's next one.
   */
  readonly onGap?: ((gap: Gap) => void) | undefined;
}

const POLICIES: readonly FullPolicy[] = ["wait", "dropOldest", "dropNewest", "disconnect"];
const DEFAULT_MAX_BUFFERED_BYTES = 16 * 1024 * 1024;
const DEFAULT_MAX_BUFFERED_ITEMS = 100_000;

/** Outlets with the same interest. */
interface Interest {
  readonly matches: (topic: string) => boolean;
  readonly outlets: Set<Outlet>;
}

/** The topics of a hub that has no others to serve. */
export class Switchboard implements Topics {
  readonly #plain = new Map<string, Interest>();
  readonly #wild = new Map<string, Interest>();
  /** The outlet that all members of a group read from, by pattern and group. */
  readonly #groups = new Map<string, Outlet>();
  #isClosed = false;

  async publish(topic: string, frames: Frames): Promise<{ readonly receivers: number }> {
    return { receivers: await this.deliver(topic, frames) };
  }

  /**
   * Publishes at once, as the next message of the publisher, if given. Returns
   * the number of receivers, or a promise of it when one makes the publisher wait.
   */
  deliver(topic: string, frames: Frames, publisher?: Publisher): number | Promise<number> {
    this.#checkOpen();
    checkTopic(topic);
    const waits: Promise<void>[] = [];
    const message = { topic, frames };
    let receivers = 0;
    for (const outlet of this.#find(topic)) {
      receivers += 1;
      const wait = outlet.push(message, publisher);
      if (wait) waits.push(wait);
    }
    return waits.length === 0 ? receivers : Promise.all(waits).then(() => receivers);
  }

  async subscribe(pattern: string, options: HubSubscribeOptions = {}): Promise<Member> {
    this.#checkOpen();
    checkPattern(pattern);
    const { group } = options;
    if (group === "") throw new TypeError("A group has a non-empty name");
    return this.#outlet(pattern, group, boundsOf(options)).join();
  }

  close(): void {
    this.#isClosed = true;
    for (const interests of [this.#plain, this.#wild]) {
      for (const { outlets } of interests.values()) for (const outlet of outlets) outlet.close();
    }
  }

  *#find(topic: string): Iterable<Outlet> {
    yield* this.#plain.get(topic)?.outlets ?? [];
    for (const { matches, outlets } of this.#wild.values()) {
      if (matches(topic)) yield* outlets;
    }
  }

  #outlet(pattern: string, group: string | undefined, bounds: Bounds): Outlet {
    const key = group === undefined ? undefined : JSON.stringify([pattern, group]);
    const present = key === undefined ? undefined : this.#groups.get(key);
    if (present) return present;
    const interests = hasWildcard(pattern) ? this.#wild : this.#plain;
    const interest = interests.get(pattern) ?? { matches: compilePattern(pattern), outlets: new Set() };
    const leave = (): void => {
      interest.outlets.delete(outlet);
      if (interest.outlets.size === 0) interests.delete(pattern);
      if (key !== undefined) this.#groups.delete(key);
    };
    const outlet = new Outlet(bounds, leave, key !== undefined);
    interests.set(pattern, interest);
    interest.outlets.add(outlet);
    if (key !== undefined) this.#groups.set(key, outlet);
    return outlet;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new TransportError("CLOSED", "The hub is closed");
  }
}

/** Fills in the bounds. Throws a `TypeError` that names the field. */
export function boundsOf(options: HubSubscribeOptions): Bounds {
  const {
    maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES,
    maxBufferedItems = DEFAULT_MAX_BUFFERED_ITEMS,
    onFull = "dropOldest",
  } = options;
  if (!(maxBufferedBytes >= 0)) throw new TypeError("maxBufferedBytes is a number of bytes");
  if (!(maxBufferedItems >= 1)) throw new TypeError("maxBufferedItems is a number of messages, 1 or more");
  readPolicy(onFull);
  return { maxBufferedBytes, maxBufferedItems, onFull };
}

/** Reads a policy or nothing. Throws a `TypeError` for what is neither. */
export function readPolicy(value: unknown): FullPolicy | undefined {
  const policy = POLICIES.find((each) => each === value);
  if (policy || value === undefined) return policy;
  throw new TypeError(`onFull is one of ${POLICIES.join(", ")}; not ${String(value)}`);
}
