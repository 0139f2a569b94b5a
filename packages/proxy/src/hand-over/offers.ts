/**
 * The holder's part of hand-overs, which is all that most connections need.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import type { Endpoint } from "../endpoint.ts";
import { Exposure } from "../exposure.ts";
import { randomId } from "../random-id.ts";
import type { DirectPlace, RemoteNode } from "../remote-node.ts";
import type { Rules } from "../rules.ts";
import type { Offer } from "./offer.ts";
import type { HandOverPart, Taker } from "./part.ts";
import type { HandedThing } from "./pending-hand-overs.ts";
import { type Claim, writeToken } from "./token.ts";

const NO_ROOT = Object.freeze({});

/** Hands over what others have; what is handed to this end is relayed. */
export class Offers implements HandOverPart {
  /** What ends that connected serve their own objects by. */
  readonly clientRules: Rules = new Exposure(NO_ROOT);
  readonly relays: boolean;

  constructor(relays: boolean) {
    this.relays = relays;
  }

  offer(node: RemoteNode): Offer | undefined {
    const { endpoint, reference, imported } = node;
    const { owner, session } = endpoint;
    if (node.way?.pending || !owner || !session.open || imported?.lost !== undefined) return undefined;
    const claim = {
      sessionId: session.peer.sessionId,
      number: endpoint.handing.nextNumber(),
      key: randomId() + randomId(),
    };
    const token = writeToken({ ...owner, ...claim });
    return token === undefined ? undefined : { token, announce: () => endpoint.handing.tell(claim, reference) };
  }

  take(_token: string, _taker: Taker): Promise<DirectPlace> {
    return Promise.reject(new Error("This end takes nothing that is handed over: give it createHandOver()"));
  }

  announce(_claim: Claim, thing: HandedThing): void {
    thing.letGo();
  }

  claim({ number }: Claim): Promise<HandedThing> {
    return Promise.reject(new Error(`Hand-over ${number} is not known at an end that connected`));
  }

  home(_token: string): HandedThing | undefined {
    return undefined;
  }

  join(_session: Parameters<HandOverPart["join"]>[0]): void {}

  relayed(_reason: unknown): void {}

  /** Learns of a connection that a user made. */
  adopt(_transport: Transport, _endpoint: Endpoint): void {}

  async close(): Promise<void> {}
}

/** Finds the part of one connection or server: given, its own, or none. Throws a `TypeError` for anything else. */
export function partOf(given: object | false | undefined, createOwn: () => Offers): Offers | undefined {
  if (given === false) return undefined;
  if (given === undefined) return createOwn();
  if (given instanceof Offers) return given;
  throw new TypeError("handOver: expected what createHandOver returns, or false");
}
