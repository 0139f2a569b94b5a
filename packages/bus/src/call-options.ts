/**
 * How calls are made, and what comes back.
 *
 * @module
 */

import type { Metadata } from "@fourwire/session";
import type { BusIdentity } from "./identity.ts";

/** How one function is called. */
export interface RpcOptions {
  /** Aborting it rejects the call with its reason, and aborts the served function's signal. */
  readonly signal?: AbortSignal | undefined;
  /** The time the call may take, in ms; a server that gets to it later does not run it. Default: the bus's `rpcTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** Makes repetitions of the call, with the same key and within the server's reply window, have the reply of the first. */
  readonly idempotencyKey?: string | undefined;
  /** What the served function finds in `callContext().metadata`. */
  readonly metadata?: Metadata | undefined;
}

/** What one server answered. */
export type RpcAnswer<Result> =
  | {
      readonly result: Result;
      readonly error?: undefined;
      readonly args?: undefined;
      readonly server: BusIdentity;
    }
  | {
      readonly result?: undefined;
      readonly error: Error;
      /** What the error was made of: its `args`, or else its message. */
      readonly args: readonly unknown[];
      /** Absent when nobody knows which server was silent, and when the call never left. */
      readonly server: BusIdentity | undefined;
    };

/** When the answers of all servers are enough. The deadline ends them in any case. */
export interface GatherOptions<Result> extends RpcOptions {
  /** After so many answers. Default: after those of all servers, where the transport knows how many there are. */
  readonly count?: number | undefined;
  /** After so long without an answer, in ms, from the first. Default: 250 where the number of servers is not known, none elsewhere. */
  readonly silenceMs?: number | undefined;
  /** After the answer for which it returns `true`. */
  readonly until?: ((answer: RpcAnswer<Result>, answers: readonly RpcAnswer<Result>[]) => boolean) | undefined;
}
