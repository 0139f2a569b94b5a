/**
 * What users of a fault proxy hold in their hands.
 *
 * @module
 */

import type { FaultDirection, FaultRange } from "./fault-proxy-conditions.ts";
import type { FaultProxyStats } from "./fault-proxy-connections.ts";
import type { CutsOptions } from "./fault-proxy-cuts.ts";
import type { WaitOptions } from "./wait-options.ts";

/** The randomness and the limit of a fault proxy. */
export interface FaultProxyOptions extends WaitOptions {
  /** The start of the random numbers: the same seed gives the same faults to the same bytes. Default 1. */
  readonly seed?: number | undefined;
  /**
   * The bytes kept for `delay` in each direction of a connection, beyond which the sender has to wait. Default 16 MiB:
   * 100 ms of 160 MiB a second.
   */
  readonly maxBufferedBytes?: number | undefined;
}

/** What a fault is limited to. */
export interface DirectionOptions {
  /** The direction it befalls. Default: both, each by itself. */
  readonly direction?: FaultDirection | undefined;
}

/**
 * A proxy that forwards everything until it is told otherwise.
 *
 * Each fault stays until it is replaced or `heal` is called, adds to the others
 * and befalls connections present and new, unless it says otherwise. Once the
 * proxy is closed, there is nothing left that a fault could befall.
 */
export interface FaultProxy extends AsyncDisposable {
  /** The target's address with the proxy's host and port in it, ready to hand to whatever connects. */
  readonly address: string;
  /** Where the proxy listens, on its own. */
  readonly host: string;
  readonly port: number;
  /** How many connections are open. */
  readonly connections: number;
  /** What has happened so far. */
  readonly stats: FaultProxyStats;

  /** Resets every connection at both ends; what was under way is lost. Returns how many there were. */
  cut(): number;
  /**
   * Cuts that many times, at intervals that follow from the seed. A cut waits for a connection that it can cut.
   *
   * Rejects with the signal's reason, or with `CLOSED` when the proxy is closed before it is through.
   */
  cuts(count: number, options: CutsOptions): Promise<void>;
  /**
   * Cuts each connection by itself once that many bytes, both directions together, have passed: in the middle of a
   * message, as a rule. Connections present count from now. `Infinity` for never.
   */
  cutAfter(bytes: FaultRange): void;
  /**
   * Swallows, silently and for good, whatever the present connections send, their goodbyes included. Neither end
   * learns of it. New connections are not affected.
   */
  halfOpen(): void;
  /** Forwards nothing, in either direction; senders are held back and nothing is lost. */
  stall(): void;
  /** Ends `stall`: what was held back passes, in order. */
  resume(): void;
  /** Resets new connections at once; those present go on. */
  refuse(): void;
  /** Ends `refuse`. */
  accept(): void;
  /** Delays bytes, each way, without making them fewer a second; with a range each read of a socket has its own. 0 for none. */
  delay(delayMs: FaultRange, options?: DirectionOptions): void;
  /** Lets that many bytes a second pass in each connection and holds their sender back: a slow network, or a slow reader. `Infinity` for no limit. */
  throttle(bytesPerSecond: number, options?: DirectionOptions): void;
  /** Forwards bytes in pieces of that size, so that messages arrive in parts. `Infinity` for as they come. */
  slice(bytes: FaultRange, options?: DirectionOptions): void;
  /**
   * Ends every fault but a running `cuts`, and forwards everything again. Half-open connections are reset, as by a
   * host that has forgotten them: a stream with a hole in it cannot go on.
   */
  heal(): void;
  /** Stops listening and resets every connection. Safe to call twice. */
  close(): Promise<void>;
}
