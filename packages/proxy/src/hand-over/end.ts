/**
 * Hand-overs of one end of a connection: what its owner, its holder or a third
 * end does with what the far end says.
 *
 * @module
 */

import { SessionError } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { ProxyError } from "../errors.ts";
import { Notice, Operation, ROOT } from "../operation.ts";
import type { Imported } from "../references.ts";
import { type DirectPlace, findNode, type ProxyConnection } from "../remote-node.ts";
import type { Rules } from "../rules.ts";
import type { ServedHooks } from "../served-hooks.ts";
import { Holder } from "./holder.ts";
import type { Offer } from "./offer.ts";
import type { HandOverPart } from "./part.ts";
import type { HandedThing } from "./pending-hand-overs.ts";
import { type Claim, readClaim } from "./token.ts";
import { Way } from "./way.ts";

/** Where one end takes part in hand-overs. */
export interface HandOverSeat {
  readonly part: HandOverPart;
  readonly transport: Transport;
  /** Whether others reach this end by itself, and so what it has. */
  readonly isServer: boolean;
  /** Whether the far end may name owners to connect to. */
  readonly isTrusted: boolean;
  /** Whether this end hands others' things over: not where whoever asks is judged here. */
  readonly offers: boolean;
}

/** What the hand-overs of one end have to do with. */
export interface HandOverEndOptions {
  readonly seat: HandOverSeat;
  readonly rules: Rules;
  readonly hooks?: ServedHooks | undefined;
  /** What the far end starts at; absent where that is not the same for all, or nothing. */
  readonly root?: object | undefined;
}

/** The hand-overs of one end that also takes what is handed over, and has its own handed over. */
export class HandOverEnd extends Holder {
  readonly #options: HandOverEndOptions;
  readonly #ways = new WeakMap<Imported, Way>();

  constructor(endpoint: ProxyConnection, options: HandOverEndOptions) {
    const { seat, rules } = options;
    super(endpoint, { offers: seat.offers && rules.relays });
    this.#options = options;
    if (seat.isServer) seat.part.join(endpoint.session);
  }

  override offer(value: object): Offer | undefined {
    const offer = super.offer(value);
    if (offer || this.#options.seat.part.relays) return offer;
    const message = "Its owner cannot be reached by others, and it is not relayed (handOver.relay)";
    throw new SessionError("NOT_SERIALIZABLE", message, { outcome: "notSent" });
  }

  wayOf(imported: Imported): Way | undefined {
    return this.#ways.get(imported);
  }

  handed(imported: Imported, token: string): void {
    const { seat, rules } = this.#options;
    const way = this.#ways.get(imported) ?? this.#createWay(imported);
    if (way.isOpen) way.add(seat.part.take(token, { ...seat, rules }));
  }

  home(token: string): object | undefined {
    const { seat, rules } = this.#options;
    const thing = seat.part.home(token);
    thing?.letGo();
    return thing && rules.unwrap(thing.value);
  }

  /** Keeps something of this end's that the far end hands over. Throws `REFERENCE_LOST`, `NOT_FOUND`. */
  announced(number: unknown, [key, reference]: readonly unknown[]): void {
    const { seat, hooks, rules, root } = this.#options;
    const { session, references } = this.endpoint;
    const claim = readClaim([session.peer.sessionId, number, key]);
    if (typeof reference !== "number") throw new ProxyError("NOT_FOUND", "Only references are handed over");
    const value = reference === ROOT ? root : references.get(reference);
    if (!value) throw new ProxyError("NOT_FOUND", "A root of one's own is not handed over");
    const isGiven = references.isGiven(reference);
    hooks?.given?.(value);
    seat.part.announce(claim, { value, isGiven, rules, letGo: () => hooks?.released?.(value) });
  }

  /** Gives the far end, the third, what was handed over to it. Rejects with `REFERENCE_LOST`. */
  async give(args: readonly unknown[]): Promise<readonly [reference: number, kind: number]> {
    const { seat, rules } = this.#options;
    const { session, references } = this.endpoint;
    const thing: HandedThing = await seat.part.claim(readClaim(args));
    try {
      if (thing.rules !== rules || !session.open)
        throw new ProxyError("REFERENCE_LOST", "It was handed over elsewhere");
      return references.give(thing.value, thing.isGiven);
    } finally {
      // Only now, so that it is held throughout.
      thing.letGo();
    }
  }

  override untold(reason: unknown): void {
    this.#options.seat.part.relayed(reason);
  }

  #createWay(imported: Imported): Way {
    const { part } = this.#options.seat;
    const way = new Way({
      reached: () => this.notify([Notice.TAKEN, imported.reference], []),
      failed: (reason) => {
        if (!part.relays) imported.lost ??= "the hand-over failed, and it is not relayed";
        part.relayed(reason);
      },
    });
    this.#ways.set(imported, way);
    return way;
  }
}

/** Takes from the far end, the owner, what was handed over. Rejects with `REFERENCE_LOST`. */
export async function claimFrom(endpoint: ProxyConnection, { sessionId, number, key }: Claim): Promise<DirectPlace> {
  const { session, references } = endpoint;
  // Not given up: the owner counts what it gives, so this end has to know.
  const options = { timeoutMs: Number.POSITIVE_INFINITY };
  const given = await session.call([Operation.CLAIM, ROOT], [sessionId, number, key], options);
  const [reference, kind]: unknown[] = Array.isArray(given) ? given : [];
  if (typeof reference !== "number" || typeof kind !== "number") {
    throw new SessionError("MALFORMED", "The owner gave something else than a reference");
  }
  const node = findNode(references.arrive(reference, kind));
  if (!node?.imported) throw new SessionError("MALFORMED", "The owner gave something of this end's");
  return { endpoint, reference, imported: node.imported };
}
