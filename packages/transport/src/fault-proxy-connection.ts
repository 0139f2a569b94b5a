/**
 * One proxied connection: who connected, the target, and a lane each way.
 *
 * @module
 */

import type { Socket } from "node:net";
import type { FaultConditions, FaultDirection } from "./fault-proxy-conditions.ts";
import { drawInteger } from "./fault-proxy-conditions.ts";
import { FaultLane } from "./fault-proxy-lane.ts";

/** What a connection tells its proxy. */
export interface FaultConnectionEvents {
  /** The target has answered. */
  onLinked(): void;
  /** The target cannot be reached. */
  onUnreachable(): void;
  onPassed(direction: FaultDirection, bytes: number): void;
  /** The faults in force have cut the connection. */
  onCut(): void;
  /** Neither end is there any more. */
  onGone(): void;
}

/** What a connection has from its proxy. */
export interface FaultConnectionOptions {
  readonly conditions: FaultConditions;
  readonly maxBufferedBytes: number;
  /** Creates random numbers that nothing else draws from. */
  readonly createRoll: () => () => number;
  readonly events: FaultConnectionEvents;
}

/** The time that a reader has for the bytes before a cut. */
const GRACE_MS = 5;

/** A connection through the proxy, until neither end is there any more. */
export class FaultConnection {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #options: FaultConnectionOptions;
  readonly #lanes: readonly FaultLane[];
  readonly #rollCut: () => number;
  #state: "linking" | "linked" | "half open" | "gone" = "linking";
  #bytesLeft = Number.POSITIVE_INFINITY;

  /** Takes both sockets over: one accepted and paused, one about to connect. */
  constructor(client: Socket, target: Socket, options: FaultConnectionOptions) {
    this.#client = client;
    this.#target = target;
    this.#options = options;
    this.#rollCut = options.createRoll();
    this.#lanes = [this.#createLane("upstream", client, target), this.#createLane("downstream", target, client)];
    this.drawCut();
    target.once("connect", () => this.#link());
    target.on("error", () => {
      if (this.#state === "linking") options.events.onUnreachable();
    });
    this.#attend(client, target);
    this.#attend(target, client);
  }

  /** Whether both ends are there. */
  get isLinked(): boolean {
    return this.#state === "linked";
  }

  get isHalfOpen(): boolean {
    return this.#state === "half open";
  }

  /** Resets both ends. */
  reset(): void {
    reset(this.#client);
    reset(this.#target);
    this.#settle();
  }

  /** Swallows whatever either end sends from now on, goodbyes included. */
  halfOpen(): void {
    if (this.#state !== "linked") return;
    this.#state = "half open";
    for (const lane of this.#lanes) lane.swallow();
    this.#settle();
  }

  /** Takes changed conditions to heart. */
  update(): void {
    if (this.#state !== "linked") return;
    for (const lane of this.#lanes) lane.pump();
  }

  /** Draws after how many bytes, from now on, the connection is cut. */
  drawCut(): void {
    const { cutAfterBytes } = this.#options.conditions;
    this.#bytesLeft = cutAfterBytes ? drawInteger(cutAfterBytes, this.#rollCut) : Number.POSITIVE_INFINITY;
  }

  #createLane(direction: FaultDirection, source: Socket, sink: Socket): FaultLane {
    const { conditions, createRoll, maxBufferedBytes, events } = this.#options;
    const isHeld = (): boolean => conditions.isStalled || this.#bytesLeft === 0;
    const bytesLeft = (): number => this.#bytesLeft;
    const host = {
      get conditions() {
        return conditions.lanes[direction];
      },
      get isHeld() {
        return isHeld();
      },
      get bytesLeft() {
        return bytesLeft();
      },
      pass: (bytes: number) => {
        events.onPassed(direction, bytes);
        this.#bytesLeft -= bytes;
        return this.#bytesLeft === 0 ? () => this.#cutSoon() : undefined;
      },
    };
    return new FaultLane(host, { source, sink, roll: createRoll(), maxBufferedBytes });
  }

  #link(): void {
    this.#state = "linked";
    for (const lane of this.#lanes) lane.start();
    this.#options.events.onLinked();
  }

  /** Cuts when the last bytes have been read: a reader that meets them and the reset together may lose them, or see a plain end. */
  #cutSoon(): void {
    // The immediate lets a reader in this very process go first.
    setTimeout(() => setImmediate(() => this.#cutByConditions()), GRACE_MS).unref();
  }

  #cutByConditions(): void {
    // It may be gone already, or be healed.
    if (this.#state !== "linked" || this.#bytesLeft > 0) return;
    this.reset();
    this.#options.events.onCut();
  }

  #attend(socket: Socket, other: Socket): void {
    // Whatever the error, "close" follows.
    socket.on("error", () => undefined);
    socket.on("end", () => this.#settle());
    socket.on("close", (isBroken) => {
      if (isBroken && this.#state !== "half open") reset(other);
      this.#settle();
    });
  }

  #settle(): void {
    if (this.#state === "gone") return;
    // Nothing will ever pass again between two ends that have both left.
    if (this.#state === "half open" && hasLeft(this.#client) && hasLeft(this.#target)) {
      reset(this.#client);
      reset(this.#target);
    }
    if (!this.#client.destroyed || !this.#target.destroyed) return;
    for (const lane of this.#lanes) lane.stop();
    this.#state = "gone";
    this.#options.events.onGone();
  }
}

function hasLeft(socket: Socket): boolean {
  return socket.destroyed || socket.readableEnded;
}

function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // Node loses track of a socket that is reset while it connects or says goodbye.
  const isChanging = socket.connecting || (socket.writableEnded && !socket.writableFinished);
  if (isChanging) socket.destroy();
  else socket.resetAndDestroy();
}
