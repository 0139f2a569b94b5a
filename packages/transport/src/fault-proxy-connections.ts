/**
 * All connections of a fault proxy.
 *
 * @module
 */

import { EventEmitter, once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";
import type { FaultConditions } from "./fault-proxy-conditions.ts";
import { FaultConnection } from "./fault-proxy-connection.ts";
import type { HostAndPort } from "./fault-proxy-target.ts";
import { createRandom } from "./random.ts";

/** What a fault proxy has done so far. */
export interface FaultProxyStats {
  /** Connections taken on, those that came to nothing included. */
  readonly accepted: number;
  /** Connections turned away by `refuse`. */
  readonly refused: number;
  /** Connections reset because the target could not be reached. */
  readonly unreachable: number;
  /** Connections cut, whether by `cut`, by `cuts` or by `cutAfter`. */
  readonly cuts: number;
  /** Bytes passed on to the target. */
  readonly upstreamBytes: number;
  /** Bytes passed on from the target. */
  readonly downstreamBytes: number;
}

/** What all connections of a proxy share. */
export interface FaultConnectionsOptions {
  readonly target: HostAndPort;
  readonly conditions: FaultConditions;
  readonly seed: number;
  readonly maxBufferedBytes: number;
}

/** Takes connections on and breaks them. */
export class FaultConnections {
  readonly #options: FaultConnectionsOptions;
  readonly #open = new Set<FaultConnection>();
  readonly #links = new EventEmitter();
  readonly #tally = { accepted: 0, refused: 0, unreachable: 0, cuts: 0, upstreamBytes: 0, downstreamBytes: 0 };

  constructor(options: FaultConnectionsOptions) {
    this.#options = options;
    // Each call of `cuts` listens.
    this.#links.setMaxListeners(0);
  }

  get size(): number {
    return this.#open.size;
  }

  get stats(): FaultProxyStats {
    return { ...this.#tally };
  }

  /** Takes over a socket that was accepted and paused. */
  accept(client: Socket): void {
    if (this.#options.conditions.isRefusing) {
      this.#tally.refused += 1;
      client.on("error", () => undefined);
      client.resetAndDestroy();
      return;
    }
    this.#tally.accepted += 1;
    const { host, port } = this.#options.target;
    const target = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const connection: FaultConnection = new FaultConnection(client, target, {
      ...this.#options,
      createRoll: this.#createRolls(),
      events: {
        onLinked: () => this.#links.emit("link"),
        onUnreachable: () => {
          this.#tally.unreachable += 1;
        },
        onPassed: (direction, bytes) => {
          this.#tally[`${direction}Bytes`] += bytes;
        },
        onCut: () => {
          this.#tally.cuts += 1;
        },
        onGone: () => this.#open.delete(connection),
      },
    });
    this.#open.add(connection);
  }

  /** Waits until both ends of some connection are there. Rejects when the signal aborts. */
  async linked(signal: AbortSignal): Promise<void> {
    while (![...this.#open].some((connection) => connection.isLinked)) await once(this.#links, "link", { signal });
  }

  /** Resets every connection. Returns how many there were. */
  cut(): number {
    const count = this.#open.size;
    this.#tally.cuts += count;
    this.reset();
    return count;
  }

  /** Resets every connection without counting it as cut. */
  reset(): void {
    for (const connection of this.#open) connection.reset();
  }

  halfOpen(): void {
    for (const connection of this.#open) connection.halfOpen();
  }

  /** Applies changed conditions to the connections that are open. */
  update(): void {
    for (const connection of this.#open) connection.update();
  }

  /** Draws anew after how many bytes each open connection is cut. */
  drawCuts(): void {
    for (const connection of this.#open) connection.drawCut();
  }

  /** Resets the connections that nothing can pass through any more. */
  resetHalfOpen(): void {
    for (const connection of this.#open) if (connection.isHalfOpen) connection.reset();
  }

  /** Gives the newest connection random numbers that depend on nothing but its place in the order of connections. */
  #createRolls(): () => () => number {
    const rollSeed = createRandom(this.#options.seed + Math.imul(this.#tally.accepted, 0x9e3779b1));
    return () => createRandom(rollSeed() * 2 ** 32);
  }
}
