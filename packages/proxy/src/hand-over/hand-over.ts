/**
 * Proxies that go on to a third end, which then talks to the owner directly.
 *
 * @module
 */

import { completeLimits, type Session } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { Exposure } from "../exposure.ts";
import type { DirectPlace, Handing, ProxyConnection } from "../remote-node.ts";
import type { Rules } from "../rules.ts";
import { claimFrom, HandOverEnd } from "./end.ts";
import { OwnerLinks, type OwnerOptions } from "./owner-links.ts";
import { HandOverPart, type Taker } from "./part.ts";
import { type HandedThing, PendingHandOvers } from "./pending-hand-overs.ts";
import { type Claim, type HandOverToken, type OwnerPlace, readToken } from "./token.ts";

/** How proxies are handed over. */
export interface HandOverOptions {
  /** Transports by which owners are reached, beside the one that a proxy arrived over. Default: none. */
  readonly transports?: readonly Transport[] | undefined;
  /**
   * Says whether to connect to an owner that the far end names. Default: at an
   * end that connected, always; at a server, only for clients of the same
   * machine, or that have shown a key or were authenticated.
   */
  readonly accept?: ((owner: OwnerPlace) => boolean) | undefined;
  /** Finds the key, the credentials and the like to connect to an owner with. Default: none, as the far end only says where it is. */
  readonly connect?: ((owner: OwnerPlace) => OwnerOptions) | undefined;
  /** Whether what cannot be handed over is relayed by the holder. Default `true`; otherwise it is not sent, and calls on what arrived so reject. */
  readonly relay?: boolean | undefined;
  /** How long a thing of this end's waits to be claimed, in ms. Default 30,000. */
  readonly lifetimeMs?: number | undefined;
  /** How many things one holder may hand over at a time. Default 1,000. */
  readonly maxPending?: number | undefined;
  /** Called with why something that arrived is relayed. Default: nobody is told. */
  readonly onRelay?: ((reason: unknown) => void) | undefined;
}

/** What goes on in hand-overs. */
export interface HandOverStats {
  /** The things of this end's that wait to be claimed. */
  readonly pending: number;
  /** The connections to owners. */
  readonly links: number;
}

/** Hand-overs of the connections and servers that were given it, with what they have in common. */
export interface HandOver extends AsyncDisposable {
  stats(): HandOverStats;
  /** Closes the connections to owners, and lets go of what waits to be claimed. Safe to call twice. */
  close(): Promise<void>;
}

const DEFAULT_LIFETIME_MS = 30_000;
const DEFAULT_MAX_PENDING = 1_000;
/** How long a claim waits for what its holder may not have announced yet. */
const ANNOUNCE_MS = 2_000;

/**
 * Makes hand-overs for `connect` and `serve` to share: connections to owners
 * are then made once, and what comes home by another connection is known again.
 *
 * Throws a `TypeError` for options that make no sense.
 *
 * @example
 * ```ts
 * await using handOver = createHandOver({ transports: [zmq()] });
 * await using server = await serve(new Desk(), address, { transport: webSocket(), handOver });
 * ```
 */
export function createHandOver(options: HandOverOptions = {}): HandOver {
  return new HandOvers(options);
}

const NO_ROOT = Object.freeze({});

/** Hands things over: as their owner, as their holder, and as the third who takes them. */
export class HandOvers extends HandOverPart implements HandOver {
  override readonly relays: boolean;
  readonly #options: HandOverOptions;
  readonly #pending: PendingHandOvers;
  readonly #links = new OwnerLinks();
  /** What ends that connected serve their own objects by. */
  readonly #rules: Rules = new Exposure(NO_ROOT);
  readonly #transports = new Set<Transport>();
  #isClosed = false;

  constructor(options: HandOverOptions) {
    const { lifetimeMs = DEFAULT_LIFETIME_MS, maxPending = DEFAULT_MAX_PENDING, relay = true } = options;
    checkAbove("lifetimeMs", lifetimeMs);
    checkAbove("maxPending", maxPending);
    super();
    this.relays = relay;
    this.#options = options;
    this.#pending = new PendingHandOvers({ lifetimeMs, maxPending, announceMs: ANNOUNCE_MS });
    for (const transport of options.transports ?? []) this.#transports.add(transport);
  }

  stats(): HandOverStats {
    return { pending: this.#pending.size, links: this.#links.size };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pending.clear();
    await this.#links.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  override join({ peer, closed }: Pick<Session, "peer" | "closed">): void {
    const { sessionId } = peer;
    this.#pending.join(sessionId);
    void closed.then(() => this.#pending.leave(sessionId));
  }

  override announce(claim: Claim, thing: HandedThing): void {
    this.#pending.announce(claim, thing);
    if (this.#isClosed) this.#pending.clear();
  }

  override claim(claim: Claim): Promise<HandedThing> {
    return this.#pending.claim(claim);
  }

  override home(text: string): HandedThing | undefined {
    const token = readToken(text);
    return token && this.#pending.home(token);
  }

  override async take(text: string, taker: Taker): Promise<DirectPlace> {
    const token = readToken(text);
    if (!token) throw new TypeError("What was handed over has no readable token");
    const transport = this.#transportTo(token, taker);
    const owner = { transport: token.transport, address: token.address };
    const { accept = () => taker.isTrusted, connect } = this.#options;
    if (!accept(owner)) throw new Error(`Nobody connects to ${owner.address} only because the far end says so`);
    const options = connect?.(owner) ?? {};
    const { maxReferences } = completeLimits(options.limits);
    const reach = { transport, address: owner.address, rules: taker.rules, maxReferences, options };
    return await this.#links.use(reach, this, (endpoint) => claimFrom(endpoint, token));
  }

  override seat(endpoint: ProxyConnection, transport: Transport): Handing {
    const seat = { part: this, transport, isServer: false, isTrusted: true, offers: true };
    return new HandOverEnd(endpoint, { seat, rules: this.#rules });
  }

  override adopt(endpoint: ProxyConnection, transport: Transport): void {
    this.#links.adopt({ transport, address: endpoint.address, rules: this.#rules }, endpoint);
  }

  override relayed(reason: unknown): void {
    this.#options.onRelay?.(reason);
  }

  #transportTo({ transport: name, address }: HandOverToken, { transport }: Taker): Transport {
    const found = [transport, ...this.#transports].find((each) => each.name === name);
    if (found) return found;
    throw new Error(`There is no transport "${name}" here by which to reach ${address}`);
  }
}

function checkAbove(name: string, value: number): void {
  if (!(value > 0)) throw new TypeError(`handOver: ${name} is ${value}; expected a number above 0`);
}
