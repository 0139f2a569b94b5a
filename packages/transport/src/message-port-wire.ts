/**
 * One end of a message port: messages as arrays of a kind, an id and a text,
 * or of a kind, an id and frames.
 *
 * @module
 */

import type { Frames } from "./frames.ts";
import { GivenFrame, SharedFrame } from "./marked-frames.ts";
import type { MessageEnd } from "./message-port-end.ts";
import { closeEnd, keepEndAlive, receiveFromEnd, watchEnd } from "./message-port-end.ts";
import type { Wire, WireEvents } from "./trunk.ts";
import type { TrunkControl } from "./trunk-message.ts";
import { controlOf, isId, partsOf, TRUNK_DATA } from "./trunk-message.ts";

/** The bytes from which moving a copy costs less than having it cloned. */
const MOVED_BYTES = 16 * 1024;

/** Says that this end has closed its transport, as a port to a thread that goes on has no other way to tell. */
const LEAVE = 6;

const FOREIGN = "What arrived is not a message of this driver";

/** Carries a trunk's messages over a port. */
export class MessagePortWire implements Wire {
  readonly name = "message port";
  readonly #end: MessageEnd;
  /** Whether large frames are moved instead of copied. */
  readonly #moves: boolean;
  readonly #stopWatching: () => void;
  #stopReceiving: () => void = () => undefined;
  #events: WireEvents | undefined;
  #lostBecause: string | undefined;

  constructor(end: MessageEnd, moves: boolean) {
    this.#end = end;
    this.#moves = moves;
    this.#stopWatching = watchEnd(end, (why) => this.#lost(why));
  }

  start(events: WireEvents): void {
    this.#events = events;
    this.#stopReceiving = receiveFromEnd(this.#end, {
      message: (data) => this.#receive(data, events),
      lost: (why) => this.#lost(why),
    });
    if (this.#lostBecause !== undefined) events.lost(this.#lostBecause);
  }

  send(id: number, frames: Frames): Promise<void> {
    try {
      this.#postData(id, frames, this.#moves);
    } catch {
      // Some memory cannot be moved, such as WebAssembly's; then none of it was.
      this.#postData(id, frames.map(keepMemory), false);
    }
    return Promise.resolve();
  }

  post(control: TrunkControl): void {
    this.#end.postMessage(partsOf(control), []);
  }

  keepAlive(isNeeded: boolean): void {
    keepEndAlive(this.#end, isNeeded);
  }

  async close(): Promise<void> {
    this.#stopWatching();
    this.#stopReceiving();
    if (this.#lostBecause === undefined && this.#events) this.#end.postMessage([LEAVE, 1, ""], []);
    closeEnd(this.#end);
  }

  #postData(id: number, frames: Frames, moves: boolean): void {
    const moved: ArrayBuffer[] = [];
    const message: unknown[] = [TRUNK_DATA, id];
    for (const frame of frames) message.push(detach(frame, moved, moves));
    this.#end.postMessage(message, moved);
  }

  #receive(data: unknown, events: WireEvents): void {
    if (!Array.isArray(data)) {
      events.lost(FOREIGN);
      return;
    }
    const [kind, id]: unknown[] = data;
    if (kind === LEAVE) this.#lost("The far end closed its transport");
    else if (kind === TRUNK_DATA && isId(id)) receiveData(id, data, events);
    else receiveControl(data, events);
  }

  #lost(why: string): void {
    this.#lostBecause ??= why;
    this.#events?.lost(why);
  }
}

/**
 * Makes what is posted for a frame, and adds what is moved.
 *
 * Posting clones, and it clones all of a view's memory, other data included:
 * what is posted owns the whole of its memory, and shares it with nobody.
 */
function detach(frame: Uint8Array, moved: ArrayBuffer[], moves: boolean): Uint8Array {
  const { buffer, byteOffset, byteLength } = frame;
  if (frame instanceof SharedFrame) return new Uint8Array(buffer, byteOffset, byteLength);
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (byteLength < MOVED_BYTES) return isWhole ? frame : new Uint8Array(frame);
  const isGiven = (moves || frame instanceof GivenFrame) && isWhole && !moved.includes(buffer);
  const copy = isGiven ? buffer : new Uint8Array(frame).buffer;
  moved.push(copy);
  return new Uint8Array(copy);
}

/** Makes a frame whose memory stays: a copy, or what is shared. */
function keepMemory(frame: Uint8Array): Uint8Array {
  return frame instanceof SharedFrame ? frame : new Uint8Array(frame);
}

function receiveData(id: number, message: readonly unknown[], events: WireEvents): void {
  const frames: Uint8Array[] = [];
  for (let index = 2; index < message.length; index += 1) {
    const frame = message[index];
    if (frame instanceof Uint8Array) frames.push(frame);
  }
  if (frames.length > 0 && frames.length === message.length - 2) events.data(id, frames);
  else events.lost(FOREIGN);
}

function receiveControl([kind, id, text, more]: readonly unknown[], events: WireEvents): void {
  const control = more === undefined ? controlOf(kind, id, text) : undefined;
  if (control) events.control(control);
  else events.lost(FOREIGN);
}
