/**
 * The holder's part of hand-overs, which is all that most connections need.
 *
 * @module
 */

import { Notice } from "../operation.ts";
import { randomId } from "../random-id.ts";
import { findNode, type Handing, type ProxyConnection, type RemoteNode } from "../remote-node.ts";
import type { Offer } from "./offer.ts";
import { type Claim, writeToken } from "./token.ts";

/** How one end hands on what others have. */
export interface HolderOptions {
  /** Whether it hands that over; otherwise it relays it. */
  readonly offers: boolean;
}

/** Hands over what others have; what is handed to this end is relayed. */
export class Holder implements Handing {
  readonly endpoint: ProxyConnection;
  readonly #offers: boolean;
  #last = 0;

  constructor(endpoint: ProxyConnection, { offers }: HolderOptions) {
    this.endpoint = endpoint;
    this.#offers = offers;
  }

  offer(value: object): Offer | undefined {
    const node = this.#offers ? findNode(value) : undefined;
    return node && createOffer(node);
  }

  nextNumber(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Tells the far end, the owner, of a hand-over. When that cannot be told, the claim comes to nothing and this end relays. */
  tell({ number, key }: Claim, reference: number): void {
    this.notify([Notice.HANDED, number], [key, reference]);
  }

  /** Tells the far end something about hand-overs, if it can be told. */
  notify(target: readonly unknown[], args: readonly unknown[]): void {
    const { session } = this.endpoint;
    try {
      if (session.open) session.notify(target, args);
    } catch (error) {
      this.untold(error);
    }
  }

  /** Learns why something could not be told, so that what it was about is relayed. */
  untold(_reason: unknown): void {}
}

/** Makes what goes along with something of another's; nothing when it cannot be handed over. */
function createOffer({ endpoint, reference, imported, way }: RemoteNode): Offer | undefined {
  const { owner, session, handing } = endpoint;
  if (way?.isPending || !owner || !session.open || imported?.lost !== undefined) return undefined;
  const claim = {
    sessionId: session.peer.sessionId,
    number: handing.nextNumber(),
    key: randomId() + randomId(),
  };
  const token = writeToken({ ...owner, ...claim });
  return token === undefined ? undefined : { token, announce: () => handing.tell(claim, reference) };
}
