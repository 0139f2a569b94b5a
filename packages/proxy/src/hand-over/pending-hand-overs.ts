/**
 * What was handed over and not claimed yet, at its owner.
 *
 * @module
 */

import { SessionError } from "@fourwire/session";
import { ProxyError } from "../errors.ts";
import type { Rules } from "../rules.ts";
import type { Claim } from "./token.ts";

/** Something that a holder handed over. As long as it waits to be claimed, it counts as held. */
export interface HandedThing {
  readonly value: object;
  /** Whether the holder had it by `byReference`, not only as what it is. */
  readonly isGiven: boolean;
  /** The rules under which the holder had it. */
  readonly rules: Rules;
  /** Called once, when it no longer waits. */
  letGo(): void;
}

/** The bounds of the table. */
export interface PendingBounds {
  /** How long a thing waits to be claimed. */
  readonly lifetimeMs: number;
  /** How many things one holder may have waiting. */
  readonly maxPending: number;
  /** How long a claim waits for a thing that the holder did not announce yet. */
  readonly announceMs: number;
}

interface Waiting {
  readonly thing: HandedThing;
  readonly key: string;
  readonly expires: number;
  readonly holder: Holder;
}

/** One session of a holder. */
interface Holder {
  /** The number of its last hand-over. */
  announced: number;
  /** How many of its hand-overs wait to be claimed. */
  count: number;
}

/** A claim that came before what it claims. */
interface EarlyClaim {
  readonly claim: Claim;
  readonly expires: number;
  resolve(thing: HandedThing): void;
  reject(error: unknown): void;
}

/** The claims that may wait for what they claim. */
const MAX_EARLY = 10_000;

/**
 * Keeps what was handed over until it is claimed, once, with its key, or until
 * its time is up. From Cap'n Proto's three-party hand-off, where a claim may
 * likewise come before what it claims.
 */
export class PendingHandOvers {
  readonly #bounds: PendingBounds;
  readonly #holders = new Map<string, Holder>();
  /** In the order of their ends, as all live equally long. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #early = new Map<string, EarlyClaim>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(bounds: PendingBounds) {
    this.#bounds = bounds;
  }

  /** The number of things that wait to be claimed. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Learns of a session whose far end may hand things over. */
  join(sessionId: string): void {
    this.#holders.set(sessionId, { announced: 0, count: 0 });
  }

  /** Learns that a session is over. What it handed over goes on waiting; what it did not announce never comes. */
  leave(sessionId: string): void {
    this.#holders.delete(sessionId);
    for (const [place, { claim, reject }] of this.#early) {
      if (claim.sessionId !== sessionId) continue;
      this.#early.delete(place);
      reject(unknown());
    }
  }

  /**
   * Keeps something for whoever has the key. Lets go of it at once, and throws,
   * when too much waits already, or when the number is not the holder's next.
   */
  announce(claim: Claim, thing: HandedThing): void {
    const { lifetimeMs } = this.#bounds;
    const place = placeOf(claim);
    const early = this.#early.get(`${place}/${claim.key}`);
    this.#early.delete(`${place}/${claim.key}`);
    try {
      const holder = this.#admit(claim);
      this.#waiting.set(place, { thing, key: claim.key, expires: performance.now() + lifetimeMs, holder });
      early?.resolve(this.#take(place, holder, thing));
      this.#watch();
    } catch (error) {
      thing.letGo();
      early?.reject(error);
      throw error;
    }
  }

  /**
   * Takes what a key stands for: once. Rejects with `REFERENCE_LOST` for a key
   * that is wrong, was used, or has expired, at once where that is known.
   */
  async claim(claim: Claim): Promise<HandedThing> {
    const place = placeOf(claim);
    const found = this.#waiting.get(place);
    // A wrong key takes nothing: the right one may come yet.
    if (found && !sameText(found.key, claim.key)) throw unknown();
    if (found) return this.#take(place, found.holder, found.thing);
    const holder = this.#holders.get(claim.sessionId);
    if (!holder || claim.number <= holder.announced) throw unknown();
    // By the key as well: whoever guesses a number must not keep out whoever has its key.
    const early = `${place}/${claim.key}`;
    if (this.#early.size >= MAX_EARLY || this.#early.has(early)) throw unknown();
    return await new Promise((resolve, reject) => {
      const expires = performance.now() + this.#bounds.announceMs;
      this.#early.set(early, { claim, expires, resolve, reject });
      this.#watch();
    });
  }

  /** Takes what a key stands for if it is there already; otherwise nothing. */
  home(claim: Claim): HandedThing | undefined {
    const place = placeOf(claim);
    const found = this.#waiting.get(place);
    return found && sameText(found.key, claim.key) ? this.#take(place, found.holder, found.thing) : undefined;
  }

  /** Lets go of everything. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drop(Number.POSITIVE_INFINITY);
  }

  #admit(claim: Claim): Holder {
    const { maxPending } = this.#bounds;
    const holder = this.#holders.get(claim.sessionId);
    if (!holder || claim.number <= holder.announced) {
      throw new ProxyError("NOT_FOUND", "A holder numbers its hand-overs one after the other");
    }
    holder.announced = claim.number;
    if (holder.count < maxPending) {
      holder.count += 1;
      return holder;
    }
    const message = `A holder may have ${maxPending} hand-overs waiting (handOver.maxPending)`;
    throw new SessionError("LIMIT_EXCEEDED", message);
  }

  #take(place: string, holder: Holder, thing: HandedThing): HandedThing {
    this.#waiting.delete(place);
    holder.count -= 1;
    if (this.#waiting.size + this.#early.size === 0) this.clear();
    return thing;
  }

  /** Lets go of what has expired. */
  #drop(now: number): void {
    for (const [place, { thing, expires, holder }] of this.#waiting) {
      if (expires > now) break;
      this.#waiting.delete(place);
      holder.count -= 1;
      thing.letGo();
    }
    for (const [place, { expires, reject }] of this.#early) {
      if (expires > now) break;
      this.#early.delete(place);
      reject(unknown());
    }
  }

  /** One timer for all, as long as there is anything. */
  #watch(): void {
    if (this.#timer) return;
    const ends = [this.#waiting, this.#early].flatMap((table) => [...table.values()].slice(0, 1));
    if (ends.length === 0) return;
    const first = Math.min(...ends.map(({ expires }) => expires));
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#drop(performance.now());
        this.#watch();
      },
      Math.max(first - performance.now(), 1),
    );
  }
}

function placeOf({ sessionId, number }: Claim): string {
  return `${sessionId}/${number}`;
}

/** Compares in a time that depends on the lengths only. */
function sameText(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}

function unknown(): ProxyError {
  const message =
    "What was handed over is not to be had here: it was taken, its time is up, or the owner was started anew";
  return new ProxyError("REFERENCE_LOST", message);
}
