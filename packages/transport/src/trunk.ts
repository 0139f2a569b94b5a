/**
 * Many channels over one private link to one far end: what the pipe and the
 * message port have in common.
 *
 * @module
 */

import type { ListenerControl } from "./channel.ts";
import { createListener } from "./channel.ts";
import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { MAX_FRAMES, sizeOfFrames } from "./frames.ts";
import type { Channel, Listener } from "./transport.ts";
import type { LineMeans } from "./trunk-line.ts";
import { TrunkLine } from "./trunk-line.ts";
import type { TrunkControl } from "./trunk-message.ts";
import { MAX_TRUNK_TEXT, TRUNK_VERSION } from "./trunk-message.ts";
import type { TrunkSettings } from "./trunk-options.ts";
import { PendingLine } from "./trunk-pending.ts";
import type { WaitOptions } from "./wait-options.ts";

/** The largest number of a channel: its negation has to fit into 32 bits, too. */
const MAX_ID = 2 ** 31 - 1;

/** What arrives over a wire. */
export interface WireEvents {
  /** Takes a user's message, whose frames now belong to the receiver. */
  data(id: number, frames: Frames): void;
  control(control: TrunkControl): void;
  /** The wire is of no more use: nothing is sent or received from now on. */
  lost(why: string): void;
}

/** The mechanism of one private link, as a driver writes it. */
export interface Wire {
  /** What the link is called in messages: `pipe`, `message port`. */
  readonly name: string;
  /** Begins to receive. Called once, before anything is sent. */
  start(events: WireEvents): void;
  /** Hands a user's message to the medium; resolves when its buffers may be reused. */
  send(id: number, frames: Frames): Promise<void>;
  post(control: TrunkControl): void;
  /** Says whether an otherwise empty event loop goes on because of this link. */
  keepAlive(isNeeded: boolean): void;
  /** Frees the link after what was sent, waiting at most that long. Called at most once. */
  close(timeoutMs: number): Promise<void>;
}

/** One end of a trunk: opens channels to the far end and listens for those it opens. */
export class Trunk {
  readonly #wire: Wire;
  readonly #settings: TrunkSettings;
  readonly #means: LineMeans;
  /** By the number as this end says it. */
  readonly #lines = new Map<number, TrunkLine>();
  readonly #pending = new Map<number, PendingLine>();
  readonly #listeners = new Map<string, ListenerControl>();
  #holds = 0;
  #lastId = 0;
  #lastName = 0;
  #isStarted = false;
  #isGreeted = false;
  #failure: TransportError | undefined;
  #closing: Promise<void> | undefined;
  #freeing: Promise<void> | undefined;

  constructor(wire: Wire, settings: TrunkSettings) {
    this.#wire = wire;
    this.#settings = settings;
    this.#means = {
      settings,
      send: (id, frames) => wire.send(id, frames),
      post: (control) => wire.post(control),
      forget: (line) => this.#lines.delete(line.id),
    };
  }

  async connect(address: string, { signal }: WaitOptions = {}): Promise<Channel> {
    signal?.throwIfAborted();
    this.#checkOpen();
    checkAddress(this.#wire.name, address);
    if (this.#isFull) throw refused(`There are ${this.#settings.maxChannels} channels (maxChannels)`);
    const id = this.#nextId();
    const pending = new PendingLine(address, this.#settings.connectTimeoutMs);
    this.#pending.set(id, pending);
    this.#hold();
    try {
      this.#start();
      this.#wire.post({ kind: "open", id, address });
      return await pending.answered(signal);
    } catch (error) {
      // Whoever accepts it now learns that nobody waits; the number is forgotten with the answer.
      if (this.#pending.has(id) && !this.#failure) this.#wire.post({ kind: "end", id, reason: "" });
      throw error;
    } finally {
      this.#release();
    }
  }

  async listen(address: string | undefined, { signal }: WaitOptions = {}): Promise<Listener> {
    signal?.throwIfAborted();
    this.#checkOpen();
    const name = address ?? this.#freshName();
    checkAddress(this.#wire.name, name);
    if (this.#listeners.has(name)) throw new TransportError("ADDRESS_IN_USE", `Something listens at "${name}" already`);
    const control = createListener({
      address: name,
      close: async () => {
        this.#listeners.delete(name);
        this.#release();
      },
    });
    this.#listeners.set(name, control);
    this.#hold();
    this.#start();
    return control.listener;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const error = new TransportError("CLOSED", "The transport is closed");
    for (const pending of this.#pending.values()) pending.fail(error);
    const listeners = [...this.#listeners.values()].map(({ listener }) => listener);
    const channels = [...this.#lines.values()].map(({ channel }) => channel);
    await Promise.all([...listeners, ...channels].map((end) => end.close()));
    this.#failure ??= error;
    await this.#closeWire(this.#settings.closeTimeoutMs);
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#wire.start({
      data: (id, frames) => this.#onData(-id, frames),
      control: (control) => this.#onControl(control),
      lost: (why) => this.#fail(why),
    });
    this.#wire.post({ kind: "hello", version: TRUNK_VERSION });
  }

  #onData(id: number, frames: Frames): void {
    if (this.#failure) return;
    const line = this.#lines.get(id);
    const { maxMessageBytes } = this.#settings;
    if (frames.length > MAX_FRAMES || sizeOfFrames(frames) > maxMessageBytes) {
      this.#fail(`A message exceeds ${maxMessageBytes} bytes (maxMessageBytes) or ${MAX_FRAMES} frames`);
    } else if (line) {
      line.receive(frames);
    } else if (!this.#pending.get(id)?.isAnswered) {
      this.#fail("A message of a channel that is not open arrived");
    }
  }

  #onControl(control: TrunkControl): void {
    if (this.#failure) return;
    if (this.#isGreeted === (control.kind === "hello")) {
      this.#fail("The far end does not speak this driver's protocol");
      return;
    }
    switch (control.kind) {
      case "hello":
        this.#isGreeted = true;
        if (control.version !== TRUNK_VERSION)
          this.#fail(`The far end speaks version ${control.version} of the protocol`);
        break;
      case "open":
        this.#onOpen(-control.id, control.address);
        break;
      case "end":
        this.#onEnd(-control.id, control.reason);
        break;
      default:
        this.#onAnswer(-control.id, control.kind === "accept" ? undefined : control.reason);
    }
  }

  #onOpen(id: number, address: string): void {
    const listener = this.#listeners.get(address);
    if (id > 0 || this.#lines.has(id)) {
      this.#fail("A channel was opened whose number is in use");
    } else if (!listener || this.#closing) {
      this.#wire.post({ kind: "refuse", id, reason: `Nobody listens at "${address}"` });
    } else if (this.#isFull) {
      this.#wire.post({ kind: "refuse", id, reason: `There are ${this.#settings.maxChannels} channels (maxChannels)` });
    } else {
      this.#wire.post({ kind: "accept", id });
      listener.accept(this.#addLine(id));
    }
  }

  #onAnswer(id: number, refusal: string | undefined): void {
    const pending = this.#pending.get(id);
    if (!pending || pending.isAnswered) {
      this.#fail("An answer to a channel that was not asked for arrived");
      return;
    }
    pending.isAnswered = true;
    if (refusal !== undefined) {
      this.#pending.delete(id);
      pending.fail(refused(refusal));
    } else if (pending.accept(() => this.#addLine(id))) {
      this.#pending.delete(id);
    }
  }

  /** Takes the end of a channel; of one that this end has refused and the far end given up, nothing is known. */
  #onEnd(id: number, reason: string): void {
    const pending = this.#pending.get(id);
    if (pending && !pending.isAnswered) {
      this.#fail("A channel ended that was never accepted");
      return;
    }
    this.#pending.delete(id);
    this.#lines.get(id)?.endReceived(reason);
  }

  #addLine(id: number): Channel {
    const line = new TrunkLine(id, this.#means);
    this.#lines.set(id, line);
    this.#hold();
    const { channel } = line;
    // Closing takes until the far end has everything, or no longer matters.
    void channel.closed.then(() => channel.close()).finally(() => this.#release());
    return channel;
  }

  #fail(why: string): void {
    if (this.#failure) return;
    const failure = new TransportError("LOST", why);
    this.#failure = failure;
    for (const pending of this.#pending.values()) pending.fail(gone(failure));
    for (const line of this.#lines.values()) line.lose(failure);
    for (const { listener } of this.#listeners.values()) listener.close().catch(() => undefined);
    this.#pending.clear();
    this.#lines.clear();
    this.#closeWire(0).catch(() => undefined);
  }

  #closeWire(timeoutMs: number): Promise<void> {
    this.#freeing ??= this.#wire.close(timeoutMs);
    return this.#freeing;
  }

  #hold(): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#wire.keepAlive(true);
  }

  #release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#wire.keepAlive(false);
  }

  get #isFull(): boolean {
    return this.#lines.size + this.#pending.size >= this.#settings.maxChannels;
  }

  #nextId(): number {
    do this.#lastId = this.#lastId === MAX_ID ? 1 : this.#lastId + 1;
    while (this.#lines.has(this.#lastId) || this.#pending.has(this.#lastId));
    return this.#lastId;
  }

  #freshName(): string {
    do this.#lastName += 1;
    while (this.#listeners.has(`channel-${this.#lastName}`));
    return `channel-${this.#lastName}`;
  }

  #checkOpen(): void {
    if (this.#closing) throw new TransportError("CLOSED", "The transport is closed");
    if (this.#failure) throw gone(this.#failure);
  }
}

function checkAddress(medium: string, address: string): void {
  if (typeof address === "string" && address !== "" && address.length <= MAX_TRUNK_TEXT) return;
  const got = String(address).slice(0, 100);
  throw new TransportError(
    "ADDRESS_INVALID",
    `An address over a ${medium} is a name of 1 to ${MAX_TRUNK_TEXT} characters, not "${got}"`,
  );
}

function refused(message: string): TransportError {
  return new TransportError("REFUSED", message);
}

/** There is no other way to the far end: trying again is of no use, as after a close. */
function gone(cause: TransportError): TransportError {
  return new TransportError("CLOSED", cause.message, { cause });
}
