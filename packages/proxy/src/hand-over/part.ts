/**
 * What hand-overs are to one end of a connection.
 *
 * @module
 */

import type { Session } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import type { DirectPlace, Handing, ProxyConnection } from "../remote-node.ts";
import type { Rules } from "../rules.ts";
import type { HandedThing } from "./pending-hand-overs.ts";
import type { Claim } from "./token.ts";

/** What an end that receives a token is. */
export interface Taker {
  readonly transport: Transport;
  /** What its own objects are served by where it leads. */
  readonly rules: Rules;
  /** Whether the far end may name places to connect to. */
  readonly isTrusted: boolean;
}

/**
 * What hand-overs are to one end of a connection: as the owner, as the holder
 * and as the third. A class, so that `connect` knows one without loading it.
 */
export abstract class HandOverPart {
  /** Whether what cannot be handed over is relayed. */
  abstract readonly relays: boolean;
  /** Learns of a session whose far end may hand over things of this end's. */
  abstract join(session: Pick<Session, "peer" | "closed">): void;
  /** Keeps something of this end's for whoever has the key. */
  abstract announce(claim: Claim, thing: HandedThing): void;
  /** Takes what a key stands for. Rejects with `REFERENCE_LOST`. */
  abstract claim(claim: Claim): Promise<HandedThing>;
  /** Takes, at once, what a token stands for that came back to its owner; nothing when it is not this end's. */
  abstract home(token: string): HandedThing | undefined;
  /** Connects to the owner and takes what a token stands for. */
  abstract take(token: string, taker: Taker): Promise<DirectPlace>;
  /** Hears why something is relayed. */
  abstract relayed(reason: unknown): void;
  /** Makes the hand-overs of an end that connected. */
  abstract seat(endpoint: ProxyConnection, transport: Transport): Handing;
  /** Learns of a connection that a user made. */
  abstract adopt(endpoint: ProxyConnection, transport: Transport): void;
}

/** Finds what was given for one connection or server, if that is not nothing or `false`. Throws a `TypeError` for anything else. */
export function partOf(given: object | false | undefined): HandOverPart | undefined {
  if (given === undefined || given === false) return undefined;
  if (given instanceof HandOverPart) return given;
  throw new TypeError("handOver: expected what createHandOver returns, or false");
}
