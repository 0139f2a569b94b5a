/**
 * Hand-overs of one end of a connection: what its owner, its holder or a third
 * end does with what the far end says.
 *
 * @module
 */

import { type Session, SessionError } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { ProxyError } from "../errors.ts";
import { Notice, Operation, ROOT } from "../operation.ts";
import type { Imported } from "../references.ts";
import { type DirectPlace, findNode, type Handing, type ProxyConnection } from "../remote-node.ts";
import type { Rules } from "../rules.ts";
import type { ServedHooks } from "../served-hooks.ts";
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
  readonly seat: HandOverSeat | undefined;
  readonly session: Session;
  readonly endpoint: ProxyConnection;
  readonly rules: Rules;
  readonly hooks: ServedHooks | undefined;
  /** Finds what the far end starts at. */
  root(): object | undefined;
}

/** The hand-overs of one end. */
export class HandOverEnd implements Handing {
  readonly #options: HandOverEndOptions;
  readonly #ways = new WeakMap<Imported, Way>();
  #last = 0;

  constructor(options: HandOverEndOptions) {
    const { seat, session } = options;
    this.#options = options;
    if (seat?.isServer) seat.part.join(session);
  }

  /** Makes what goes along with another connection's proxy. Throws `NOT_SERIALIZABLE` when it is neither handed over nor relayed. */
  offer(value: object): Offer | undefined {
    const { seat, rules } = this.#options;
    const node = seat?.offers && rules.relays ? findNode(value) : undefined;
    const offer = node && seat?.part.offer(node);
    if (offer || !seat || seat.part.relays) return offer;
    const message = "Its owner cannot be reached by others, and it is not relayed (handOver.relay)";
    throw new SessionError("NOT_SERIALIZABLE", message, { outcome: "notSent" });
  }

  /** Tells the far end, the owner, of a hand-over. When that cannot be told, the claim comes to nothing and this end relays. */
  tell({ number, key }: Claim, reference: number): void {
    this.#notify([Notice.HANDED, number], [key, reference]);
  }

  nextNumber(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Finds the direct way to something that arrived. */
  wayOf(imported: Imported): Way | undefined {
    return this.#ways.get(imported);
  }

  /** Goes for something that arrived with a token. */
  handed(imported: Imported, token: string): void {
    const { seat, rules } = this.#options;
    if (!seat) return;
    const way = this.#ways.get(imported) ?? this.#createWay(imported, seat.part);
    if (way.isOpen) way.add(seat.part.take(token, { ...seat, rules }));
  }

  /** Finds what of this end's own a token stands for. */
  home(token: string): object | undefined {
    const { seat, rules } = this.#options;
    const thing = seat?.part.home(token);
    thing?.letGo();
    return thing && rules.unwrap(thing.value);
  }

  /** Keeps something of this end's that the far end hands over. Throws `REFERENCE_LOST`, `NOT_FOUND`. */
  announced(number: unknown, [key, reference]: readonly unknown[]): void {
    const { seat, session, hooks, rules, endpoint } = this.#options;
    const claim = readClaim([session.peer.sessionId, number, key]);
    if (!seat || typeof reference !== "number") throw new ProxyError("NOT_FOUND", "Nothing is handed over here");
    const value = reference === ROOT ? this.#options.root() : endpoint.references.get(reference);
    if (!value) throw new ProxyError("NOT_FOUND", "A root of one's own is not handed over");
    const isGiven = endpoint.references.isGiven(reference);
    hooks?.given?.(value);
    seat.part.announce(claim, { value, isGiven, rules, letGo: () => hooks?.released?.(value) });
  }

  /** Gives the far end, the third, what was handed over to it. Rejects with `REFERENCE_LOST`. */
  async give(args: readonly unknown[]): Promise<readonly [reference: number, kind: number]> {
    const { seat, session, rules, endpoint } = this.#options;
    if (!seat) throw new ProxyError("NOT_FOUND", "Nothing is handed over here");
    const thing: HandedThing = await seat.part.claim(readClaim(args));
    try {
      if (thing.rules !== rules || !session.open)
        throw new ProxyError("REFERENCE_LOST", "It was handed over elsewhere");
      return endpoint.references.give(thing.value, thing.isGiven);
    } finally {
      // Only now, so that it is held throughout.
      thing.letGo();
    }
  }

  /** Takes from the far end, the owner, what was handed over. Rejects with `REFERENCE_LOST`. */
  async claim({ sessionId, number, key }: Claim): Promise<DirectPlace> {
    const { session, endpoint } = this.#options;
    // Not given up: the owner counts what it gives, so this end has to know.
    const options = { timeoutMs: Number.POSITIVE_INFINITY };
    const given = await session.call([Operation.CLAIM, ROOT], [sessionId, number, key], options);
    const [reference, kind]: unknown[] = Array.isArray(given) ? given : [];
    if (typeof reference !== "number" || typeof kind !== "number") {
      throw new SessionError("MALFORMED", "The owner gave something else than a reference");
    }
    const node = findNode(endpoint.references.arrive(reference, kind));
    if (!node?.imported) throw new SessionError("MALFORMED", "The owner gave something of this end's");
    return { endpoint, reference, imported: node.imported };
  }

  #createWay(imported: Imported, part: HandOverPart): Way {
    const way = new Way({
      reached: () => this.#notify([Notice.TAKEN, imported.reference], []),
      failed: (reason) => {
        if (!part.relays) imported.lost ??= "the hand-over failed, and it is not relayed";
        part.relayed(reason);
      },
    });
    this.#ways.set(imported, way);
    return way;
  }

  #notify(target: readonly unknown[], args: readonly unknown[]): void {
    const { session, seat } = this.#options;
    try {
      if (session.open) session.notify(target, args);
    } catch (error) {
      seat?.part.relayed(error);
    }
  }
}
