/**
 * What libzmq says about a socket's connections.
 *
 * @module
 */

import { TransportError } from "@fourwire/transport";
import type { Dealer, Event, Observer, Router } from "zeromq";
import type { ThreadGuard } from "./thread-guard.ts";

/**
 * Reports a socket's events until it is gone.
 *
 * The promise settles with the last of them, so that whoever needs the socket
 * to have let go of its port can wait for it.
 */
export async function watch(
  socket: Dealer | Router,
  guard: ThreadGuard,
  onEvent: (event: Event) => void,
): Promise<void> {
  // The observer's memory names its endpoint; held until the end, the name is free when it is used again.
  const { events } = socket;
  await guard.during(events, observe(events, onEvent));
}

/** Says why there will be no conversation, if the event of a connecting socket means that. */
export function failureOf(event: Event, address: string, hasCurve: boolean): TransportError | undefined {
  switch (event.type) {
    case "close":
      return new TransportError("REFUSED", `Nobody listens at ${address}`);
    case "disconnect":
      return new TransportError("REFUSED", `The connection to ${address} ended before the far end answered`);
    case "handshake:error:auth":
      return new TransportError("UNAUTHORIZED", `The far end does not accept this public key: ${address}`, {
        cause: event.error,
      });
    case "handshake:error:protocol":
    case "handshake:error:other":
      return new TransportError("REFUSED", `The far end ended the handshake, ${hint(hasCurve)}: ${address}`, {
        cause: event.error,
      });
    default:
      return undefined;
  }
}

async function observe(events: Observer, onEvent: (event: Event) => void): Promise<void> {
  while (!events.closed) {
    const event: Event | undefined = await events.receive();
    if (!event) return;
    onEvent(event);
  }
}

/** libzmq hangs up without a word, so the causes can only be guessed. */
function hint(hasCurve: boolean): string {
  return hasCurve
    ? "as it does when curve.serverKey is not its key or when it has no CURVE"
    : "as it does when it demands CURVE or does not speak ZeroMQ";
}
