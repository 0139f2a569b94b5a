/**
 * The listener's end: newcomers judged, refused or turned into channels.
 *
 * @module
 */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Listener, ListenerControl } from "@fourwire/transport";
import { createListener } from "@fourwire/transport";
import { type WebSocket, WebSocketServer } from "ws";
import { objectToNewcomer, objectToPlace, objectToProtocol, readsCloseFrames } from "./admission.ts";
import type { Conversation } from "./conversation.ts";
import { converse } from "./node-socket.ts";
import type { Settings } from "./options.ts";
import type { Place } from "./place.ts";
import type { Refusal } from "./protocol.ts";
import { MAX_HEADER_BYTES, PROTOCOL, printable, REFUSAL_OFFSET, REFUSAL_PROTOCOL } from "./protocol.ts";
import { answer } from "./refusal.ts";
import { UpgradeRouter } from "./upgrade-router.ts";

/** Somebody who wants to come in. */
interface Newcomer {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

/** What a listening end tells its transport. */
export interface ListeningEvents {
  opened(conversation: Conversation): void;
  closed(end: ListeningEnd): void;
}

/** Accepts channels at a place until its listener is closed. */
export class ListeningEnd {
  readonly #place: Place;
  readonly #settings: Settings;
  readonly #events: ListeningEvents;
  readonly #welcoming: WebSocketServer;
  readonly #refusing: WebSocketServer;
  readonly #control: ListenerControl;
  readonly #closing = new AbortController();
  #count = 0;

  /** Throws `ADDRESS_IN_USE`, and gives the place back, when the path is taken. */
  constructor(place: Place, settings: Settings, events: ListeningEvents) {
    this.#place = place;
    this.#settings = settings;
    this.#events = events;
    this.#welcoming = createServer(PROTOCOL, settings);
    this.#refusing = createServer(REFUSAL_PROTOCOL, settings);
    const release = UpgradeRouter.of(place.server).claim(place.path, (request, stream, head) =>
      this.#take({ request, stream, head }),
    );
    this.#control = createListener({
      address: place.address,
      close: async () => {
        this.#closing.abort();
        events.closed(this);
        release();
        place.release();
      },
    });
  }

  get listener(): Listener {
    return this.#control.listener;
  }

  #take(newcomer: Newcomer): void {
    const { request, stream } = newcomer;
    // A newcomer that is gone again has nobody to tell.
    stream.on("error", () => undefined);
    const refusal =
      objectToPlace(request, this.#settings, this.#place.ownHost) ??
      objectToProtocol(request) ??
      this.#objectToNumber();
    // No page can read this answer: one that is not listed learns nothing, not even that somebody listens.
    if (refusal) answer(stream, refusal);
    else void this.#judge(newcomer);
  }

  async #judge(newcomer: Newcomer): Promise<void> {
    this.#count += 1;
    newcomer.stream.once("close", () => {
      this.#count -= 1;
    });
    const refusal = await objectToNewcomer(newcomer.request, this.#settings, this.#closing.signal);
    if (refusal) this.#refuse(newcomer, refusal);
    else this.#welcome(newcomer);
  }

  #welcome({ request, stream, head }: Newcomer): void {
    this.#welcoming.handleUpgrade(request, stream, head, (webSocket: WebSocket) => {
      const conversation = converse(webSocket, this.#settings);
      this.#events.opened(conversation);
      this.#control.accept(conversation.channel);
    });
  }

  /** Says why, in the way that the client can read. */
  #refuse({ request, stream, head }: Newcomer, refusal: Refusal): void {
    if (!readsCloseFrames(request)) {
      answer(stream, refusal);
      return;
    }
    this.#refusing.handleUpgrade(request, stream, head, (webSocket: WebSocket) => {
      webSocket.on("error", () => undefined);
      webSocket.close(REFUSAL_OFFSET + refusal.status, printable(refusal.reason));
    });
  }

  #objectToNumber(): Refusal | undefined {
    const { maxChannels } = this.#settings;
    if (this.#count < maxChannels) return undefined;
    return { status: 503, reason: `it has ${maxChannels} channels open (maxChannels)` };
  }
}

function createServer(protocol: string, settings: Settings): WebSocketServer {
  const { compression, maxMessageBytes, closeTimeoutMs } = settings;
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: compression,
    maxPayload: maxMessageBytes + MAX_HEADER_BYTES,
    // Text is not spoken, so nobody reads it.
    skipUTF8Validation: true,
    // Newer than the types.
    ...{ closeTimeout: closeTimeoutMs },
    handleProtocols: () => protocol,
  });
}
