/**
 * What the two ends say beside messages: names in the opening handshake, codes
 * in the closing one.
 *
 * The table is in docs/transports/web-socket.md.
 *
 * @module
 */

import { MAX_FRAMES, TransportError } from "@fourwire/transport";

/** The subprotocol that every channel speaks: one binary message a Channel message, packed by `joinFrames`. */
export const PROTOCOL = "fourwire.v1";

/**
 * The subprotocol offered by a client that cannot read an HTTP status, as in
 * browsers. A server that picks it turns the client away: it closes at once,
 * and the code and the reason say why.
 */
export const REFUSAL_PROTOCOL = "fourwire.v1.refusal";

/** The close code of a goodbye; every other code is a loss. */
export const GOODBYE = 1000;

/** The close code of an end that broke off, with the reason. */
export const BROKEN = 4000;

/** What stands for the HTTP status of a refusal in a close code: 4401 for 401. */
export const REFUSAL_OFFSET = 4000;

/** The most bytes that `joinFrames` adds to a message. */
export const MAX_HEADER_BYTES: number = 4 * (MAX_FRAMES + 1);

/** The close code of a browser that leaves the page, or a server that shuts down. */
const GOING_AWAY = 1001;
/** The close code of an end that does not take a message that large. */
const TOO_BIG = 1009;
/** What stands in the `close` event when no close frame arrived. */
const NO_CLOSE_FRAME = 1006;
/** The HTTP status for who shows no key, or the wrong one. */
const UNAUTHORIZED_STATUS = 401;

const MAX_REASON_LENGTH = 123;

/** Why a newcomer is turned away. */
export interface Refusal {
  /** An HTTP status of 400 or more; 401 is `UNAUTHORIZED` at the client, every other one `REFUSED`. */
  readonly status: number;
  readonly reason: string;
}

/** Cuts words of the far end, or for it, to what a close frame carries and a terminal shows safely. */
export function printable(text: string): string {
  return text.replaceAll(/[^ -~]/g, "?").slice(0, MAX_REASON_LENGTH);
}

/** Builds the error of a client that was turned away. */
export function refusalError({ status, reason }: Refusal, place: string): TransportError {
  const code = status === UNAUTHORIZED_STATUS ? "UNAUTHORIZED" : "REFUSED";
  return new TransportError(code, `Turned away by ${place}: ${printable(reason) || `status ${status}`}`);
}

/** Explains the end of a socket; `undefined` for a goodbye. */
export function lossOf(code: number, reason: string): TransportError | undefined {
  if (code === GOODBYE) return undefined;
  return new TransportError("LOST", explain(code, printable(reason)));
}

function explain(code: number, reason: string): string {
  switch (code) {
    case BROKEN:
      return `The far end broke off: ${reason}`;
    case GOING_AWAY:
      return "The far end went away";
    case TOO_BIG:
      return "The far end does not take a message that large (its maxMessageBytes)";
    case NO_CLOSE_FRAME:
      return "The connection is gone";
    default:
      return `The far end closed the socket with code ${code}${reason && `: ${reason}`}`;
  }
}
