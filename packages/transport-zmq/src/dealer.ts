/**
 * The connector's end: one DEALER socket a channel.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import type { Dealer, Event } from "zeromq";
import type { Target } from "./address.ts";
import { formatTarget } from "./address.ts";
import { hello, PROTOCOL_VERSION, parseControl } from "./control.ts";
import { Conversation } from "./conversation.ts";
import { ownFrames } from "./frames.ts";
import { isInprocBound, pollInproc } from "./inproc.ts";
import type { Means } from "./means.ts";
import { failureOf, watch } from "./monitor.ts";
import type { Settings } from "./options.ts";
import { afterArrived, receiveFrom } from "./receive.ts";
import { createDealer } from "./sockets.ts";
import type { ThreadGuard } from "./thread-guard.ts";
import { Writer } from "./writer.ts";

/** Connects to one numeric address. Rejects with `REFUSED`, `UNAUTHORIZED` or the signal's reason. */
export async function connectDealer(target: Target, means: Means, signal: AbortSignal): Promise<Conversation> {
  signal.throwIfAborted();
  const end = openEnd(target, means);
  const giveUp = (): void => end.fail(signal.reason);
  const timer = setTimeout(() => end.expire(), means.settings.connectTimeoutMs);
  signal.addEventListener("abort", giveUp);
  try {
    return await end.open();
  } catch (error) {
    end.abandon();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}

function openEnd(target: Target, means: Means): DealerEnd {
  try {
    return new DealerEnd(target, means);
  } catch (cause) {
    // The process or libzmq has no more sockets to give.
    throw new TransportError("REFUSED", `No socket could be opened to connect to ${formatTarget(target)}`, { cause });
  }
}

class DealerEnd {
  readonly #target: Target;
  readonly #address: string;
  readonly #settings: Settings;
  readonly #guard: ThreadGuard;
  readonly #dealer: Dealer;
  readonly #welcomed: Promise<Conversation>;
  #conversation: Conversation | undefined;
  #succeed: (conversation: Conversation) => void = () => undefined;
  /** Ends the attempt; does nothing once it succeeded. */
  fail: (reason: unknown) => void = () => undefined;
  #stopPolling: () => void = () => undefined;

  constructor(target: Target, { settings, guard }: Means) {
    this.#target = target;
    this.#address = formatTarget(target);
    this.#settings = settings;
    this.#guard = guard;
    this.#dealer = createDealer(settings, target);
    this.#welcomed = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.fail = reject;
    });
    // Whoever opens it hears of a failure; nobody may have asked yet.
    this.#welcomed.catch(() => undefined);
  }

  open(): Promise<Conversation> {
    const dealer = this.#dealer;
    if (this.#target.scheme === "inproc") {
      if (!isInprocBound(dealer, this.#address)) this.fail(refused(`Nobody listens at ${this.#address}`));
      this.#stopPolling = pollInproc(dealer, () =>
        this.#onDisconnected(refused(`Nobody listens at ${this.#address} any more`)),
      );
    } else {
      watch(dealer, this.#guard, (event) => this.#onEvent(event)).catch((error: unknown) => this.fail(error));
      dealer.connect(this.#address);
      // A connection that has failed by now does not take it; an event says why.
      dealer.send([...hello()]).catch(() => undefined);
    }
    this.#guard.during(dealer, this.#read()).catch((error: unknown) => this.fail(error));
    return this.#welcomed;
  }

  expire(): void {
    this.fail(
      refused(`No answer within ${this.#settings.connectTimeoutMs} ms (connectTimeoutMs) from ${this.#address}`),
    );
  }

  /** Frees the socket of an attempt that failed. */
  abandon(): void {
    this.#stopPolling();
    this.#dealer.close();
  }

  async #read(): Promise<void> {
    const dealer = this.#dealer;
    while (!dealer.closed) {
      const parts = await receiveFrom(dealer);
      if (!parts) return;
      const frames = ownFrames(parts, 0);
      if (this.#conversation) this.#conversation.receive(frames);
      else this.#greet(frames);
    }
  }

  #greet(frames: Frames): void {
    const control = frames[0]?.byteLength === 0 ? parseControl(frames) : undefined;
    if (control?.kind === "welcome" && control.version === PROTOCOL_VERSION) {
      this.#conversation = this.#converse();
      this.#succeed(this.#conversation);
    } else if (control?.kind === "refuse") {
      this.fail(refused(`Turned away by ${this.#address}: ${control.reason}`));
    } else {
      this.fail(refused(`Whoever listens does not speak this driver's protocol: ${this.#address}`));
    }
  }

  #converse(): Conversation {
    const dealer = this.#dealer;
    const writer = new Writer(dealer);
    return new Conversation(
      {
        send: (message, bytes) => writer.send(message, bytes),
        afterArrived: (then) => afterArrived(dealer, then),
        release: (lingerMs) => {
          this.#stopPolling();
          dealer.linger = lingerMs;
          dealer.close();
          return Promise.resolve();
        },
      },
      this.#settings,
    );
  }

  #onEvent(event: Event): void {
    const failure = failureOf(event, this.#address, this.#settings.curve !== undefined);
    if (failure) this.#onDisconnected(failure);
  }

  /** Fails the attempt, or ends the channel after what has arrived. */
  #onDisconnected(failure: TransportError): void {
    this.fail(failure);
    afterArrived(this.#dealer, () => this.#conversation?.lost(`The connection to ${this.#address} is gone`));
  }
}

function refused(message: string): TransportError {
  return new TransportError("REFUSED", message);
}
