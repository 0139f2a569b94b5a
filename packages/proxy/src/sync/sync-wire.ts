/**
 * The session's protocol between a thread that waits and the thread of its
 * connection, at the end that waits.
 *
 * This link cannot be lost while both threads run, so nothing is kept to be sent
 * again, and nothing here needs a turn of the event loop.
 *
 * @module
 */

import type { SessionError } from "@fourwire/session";
import {
  CONTROL,
  Control,
  ENTRY_LENGTH,
  Entry,
  Packer,
  type PackReport,
  readBye,
  type SessionSettings,
  Streams,
  Unpacker,
  writeTerms,
} from "@fourwire/session/wire";
import { type Frames, sizeOfFrames } from "@fourwire/transport";
import { OPENING } from "./orders.ts";
import { type EntryUser, readEntry } from "./sync-entries.ts";

/** What becomes of what arrives. */
export interface WireUser extends EntryUser {
  /** The other thread ends the session. */
  bye(reason: SessionError): void;
}

/** The bytes received after which the other thread is told, at the latest; it keeps them until then. */
const OWED_BYTES = 1024 * 1024;

/** Writes and reads messages. */
export class SyncWire {
  readonly #post: (frames: Frames) => void;
  readonly #settings: SessionSettings;
  readonly #user: WireUser;
  readonly #packer: Packer;
  readonly #streams: Streams;
  #sent = 0;
  #received = 0;
  #owedBytes = 0;

  constructor(post: (frames: Frames) => void, settings: SessionSettings, user: WireUser) {
    this.#post = post;
    this.#settings = settings;
    this.#user = user;
    const { limits, codec } = settings;
    this.#packer = new Packer({ limits, codec, showStack: true, references: user.references });
    this.#streams = this.#createStreams();
  }

  /** Says hello. The other thread's terms are this one's, so its welcome tells nothing. */
  hello(): void {
    this.#control(Control.HELLO, { ...writeTerms(this.#settings, false), sealed: false });
  }

  /** Says goodbye: nothing is sent after it. */
  bye(): void {
    this.#control(Control.BYE, "CLOSED", "it was closed");
  }

  /** Sends a call and returns the signals among its arguments. Throws what keeps it from leaving. */
  call(id: number, target: unknown, args: readonly unknown[]): readonly AbortSignal[] {
    const packed = this.#packer.packArguments(target, args);
    const { signals } = this.#packer;
    this.#send(this.#packer, Entry.CALL, id, target, packed);
    return signals;
  }

  /** Sends a notification. Throws what keeps it from leaving. */
  notify(target: unknown, args: readonly unknown[]): void {
    this.#send(this.#packer, Entry.NOTIFY, target, this.#packer.packArguments(target, args));
  }

  /** Answers a call with its result, or with the error of a result that does not cross. */
  result(id: number, value: unknown): void {
    let packed: unknown;
    try {
      packed = this.#packer.pack(value);
    } catch (error) {
      this.error(id, error);
      return;
    }
    this.#send(this.#packer, Entry.RESULT, id, packed);
  }

  /** Answers a call with an error. */
  error(id: number, error: unknown): void {
    this.#send(this.#packer, Entry.ERROR, id, this.#packer.packError(error));
  }

  /** Says that nobody waits for the answer to a call any more. */
  cancel(id: number, reason: unknown): void {
    this.#send(this.#packer, Entry.CANCEL, id, this.#packer.packError(reason));
  }

  /** Says that a signal among the arguments of a call aborted. */
  abort(id: number, index: number, reason: unknown): void {
    this.#send(this.#packer, Entry.ABORT, id, index, this.#packer.packError(reason));
  }

  /** Lets go of something of the server's that arrived so many times. */
  release(reference: number, count: number): void {
    this.#tell(Entry.RELEASE, reference, count);
  }

  /** Ends every stream. */
  end(reason: SessionError): void {
    this.#streams.clear(reason);
  }

  /** Reads a message and hands on what is in it. Throws for what the other thread never says. */
  receive(frames: Frames): void {
    const { codec, limits, errors } = this.#settings;
    const { message, tagged } = codec.decode(frames[0] ?? new Uint8Array(), limits);
    if (message[0] === CONTROL) {
      this.#onControl(message);
      return;
    }
    this.#received = Number(message[0]);
    const unpacker = tagged ? new Unpacker(frames, errors, this.#streams, this.#user.references) : undefined;
    const bytes = sizeOfFrames(frames);
    this.#owedBytes += bytes;
    const reading = { user: this.#user, streams: this.#streams, errors, unpacker, bytes };
    for (let at = 2; at < message.length; at += ENTRY_LENGTH[Number(message[at])] ?? 1) {
      readEntry(message[at], message.slice(at + 1, at + 4), reading);
    }
    if (this.#owedBytes >= OWED_BYTES) this.#acknowledge();
  }

  #onControl(message: readonly unknown[]): void {
    if (message[1] === Control.WELCOME) this.#user.result(OPENING, undefined);
    if (message[1] === Control.BYE) this.#user.bye(readBye(message));
  }

  #acknowledge(): void {
    this.#owedBytes = 0;
    this.#control(Control.ACK, this.#received);
  }

  #control(...fields: readonly unknown[]): void {
    this.#post([this.#settings.codec.encode([CONTROL, ...fields])]);
  }

  #tell(...fields: readonly unknown[]): void {
    this.#postBatch(fields, []);
  }

  /** Sends an entry with what was packed last. */
  #send({ frames, streams, references }: PackReport, ...fields: readonly unknown[]): void {
    if (streams.length > 0) this.#streams.require(streams.length);
    const parts: Uint8Array[] = [];
    for (const frame of frames) frame.place(parts.push(frame.take?.() ?? frame.bytes));
    for (const stream of streams) stream.place(this.#streams.open(stream.iterable));
    for (const reference of references) reference.place();
    this.#postBatch(fields, parts);
  }

  /** Posts a batch. It counts as sent once it is: Ctrl-C at a prompt may end this thread's stack anywhere before. */
  #postBatch(fields: readonly unknown[], parts: readonly Uint8Array[]): void {
    const sent = this.#sent + 1;
    this.#post([this.#settings.codec.encode([sent, this.#received, ...fields]), ...parts]);
    this.#sent = sent;
    this.#owedBytes = 0;
  }

  #createStreams(): Streams {
    const { maxStreams, streamItems, streamBytes } = this.#settings.limits;
    return new Streams({
      maxStreams,
      maxPeerStreams: maxStreams,
      window: { items: streamItems, bytes: streamBytes },
      next: (id, value) => {
        const packed = this.#packer.pack(value);
        const { bytes } = this.#packer;
        this.#send(this.#packer, Entry.STREAM_NEXT, id, bytes, packed);
        return bytes;
      },
      end: (id) => this.#tell(Entry.STREAM_END, id),
      error: (id, error) => this.#send(this.#packer, Entry.STREAM_ERROR, id, this.#packer.packError(error)),
      credit: (id, { items, bytes }) => this.#tell(Entry.STREAM_CREDIT, id, items, bytes),
      stop: (id) => this.#tell(Entry.STREAM_STOP, id),
      // The credit of the other thread bounds what is on its way.
      room: () => undefined,
    });
  }
}
