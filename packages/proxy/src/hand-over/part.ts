/**
 * What hand-overs are to one end of a connection.
 *
 * @module
 */

import type { Session } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import type { DirectPlace, RemoteNode } from "../remote-node.ts";
import type { Rules } from "../rules.ts";
import type { Offer } from "./offer.ts";
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

/** What hand-overs are to one end of a connection: as the owner, as the holder and as the third. */
export interface HandOverPart {
  /** Whether what cannot be handed over is relayed. */
  readonly relays: boolean;
  /** Learns of a session whose far end may hand over things of this end's. */
  join(session: Pick<Session, "peer" | "closed">): void;
  /** Keeps something of this end's for whoever has the key. */
  announce(claim: Claim, thing: HandedThing): void;
  /** Takes what a key stands for. Rejects with `REFERENCE_LOST`. */
  claim(claim: Claim): Promise<HandedThing>;
  /** Takes, at once, what a token stands for that came back to its owner; nothing when it is not this end's. */
  home(token: string): HandedThing | undefined;
  /** Makes what goes along with something of another's; nothing when it cannot be handed over. */
  offer(node: RemoteNode): Offer | undefined;
  /** Connects to the owner and takes what a token stands for. */
  take(token: string, taker: Taker): Promise<DirectPlace>;
  /** Hears why something is relayed. */
  relayed(reason: unknown): void;
}
