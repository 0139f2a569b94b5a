/**
 * A code on every message, for keyed sessions on links that strangers can
 * write to.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import { prove } from "./credentials.ts";
import { SessionError } from "./errors.ts";
import { equalBytes, hmac } from "./hmac.ts";
import type { Opening } from "./native-proof.ts";

/** The codes of both directions of one channel. */
export interface Seals {
  readonly outgoing: Seal;
  readonly incoming: Seal;
}

/** Makes the codes of a keyed channel, for the client or the server end of it. */
export function createSeals(key: Uint8Array, opening: Opening, end: "client" | "server"): Seals {
  const toServer = new Seal(prove(key, "mac to server", opening));
  const toClient = new Seal(prove(key, "mac to client", opening));
  return end === "client" ? { outgoing: toServer, incoming: toClient } : { outgoing: toClient, incoming: toServer };
}

/** The bytes of the code: half of an HMAC-SHA-256, as RFC 2104 allows. */
const CODE_BYTES = 16;

/**
 * Marks and checks the messages of one direction of one channel.
 *
 * The code covers the message's number, so a message that is repeated, left
 * out, moved or changed is refused.
 */
export class Seal {
  readonly #key: Uint8Array;
  #count = 0;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Adds the code as a last frame. */
  close(frames: Frames): Frames {
    return [...frames, this.#code(frames)];
  }

  /** Takes the code off. Throws `UNAUTHORIZED` when it is not right. */
  open(frames: Frames): Frames {
    const content = frames.slice(0, -1);
    const code = frames.at(-1);
    if (!code || content.length === 0 || !equalBytes(code, this.#code(content))) {
      throw new SessionError("UNAUTHORIZED", "A message was changed, repeated or made up on its way");
    }
    return content;
  }

  #code(frames: Frames): Uint8Array {
    this.#count += 1;
    const lengths = new Float64Array([this.#count, ...frames.map((frame) => frame.byteLength)]);
    return hmac(this.#key, [new Uint8Array(lengths.buffer), ...frames]).subarray(0, CODE_BYTES);
  }
}
