/**
 * The contract between the features and the drivers.
 *
 * A driver moves whole messages between two ends and says when an end is gone.
 * It does not know about calls, proxies or state: those are built on top, once,
 * by the session.
 *
 * @module
 */

import type { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import type { Logs } from "./logs.ts";
import type { Queues } from "./queues.ts";
import type { Topics } from "./topics.ts";
import type { WaitOptions } from "./wait-options.ts";

/**
 * A two-way conversation with exactly one other end.
 *
 * Messages arrive in order and without duplicates, or the channel ends with
 * `LOST`. Iterate it once: a second iterator shares the messages with the first.
 */
export interface Channel extends AsyncIterable<Frames>, AsyncDisposable {
  /**
   * Where to connect to reach the same listener again: present at the end that
   * connected, where the address it connected to may lead to another one.
   * `REFUSED` there means that the listener is gone.
   */
  readonly returnAddress?: string;

  /** Settles, and never rejects, when the channel is over: with nothing after a close by either end, with the reason if the link broke. */
  readonly closed: Promise<TransportError | undefined>;

  /**
   * Hands one message to the driver, in order with every earlier `send`.
   *
   * Resolving means accepted, not received; from then on the buffers may be
   * reused. Rejects with `CLOSED` or the reason in `closed` once the channel is
   * over, with `TOO_LARGE` when the medium cannot carry it.
   */
  send(frames: Frames): Promise<void>;

  /** Delivers what was accepted, then ends both directions. Safe to call twice. */
  close(): Promise<void>;
}

/** An address that others can connect to: yields one channel for each that does. */
export interface Listener extends AsyncIterable<Channel>, AsyncDisposable {
  /** The address really bound, ready to hand to `connect`. */
  readonly address: string;

  /** Stops accepting. Channels already accepted go on. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * What a driver can do.
 *
 * The conformance report shows these beside each other, so that a gap is
 * declared and seen rather than discovered.
 */
export interface Traits {
  /** Whether `closed` settles by itself when the far end dies without a goodbye. */
  readonly detectsLoss: boolean;
  /** Whether the transport has the `topics` port. */
  readonly topics: boolean;
  /** Whether the transport has the `queues` port. */
  readonly queues: boolean;
  /** Whether the transport has the `logs` port. */
  readonly logs: boolean;
  /** Whether queue items and log entries survive the end of every process that uses them. */
  readonly durable: boolean;
  /** Whether a `GivenFrame` is moved to the far end instead of copied, and a `SharedFrame` shared with it. */
  readonly transferables: boolean;
  /** Whether what passes is safe from strangers on the network: they can neither read nor change it. */
  readonly encrypted: boolean;
  /** Whether both ends run on one machine by construction, so that stack traces may cross. */
  readonly local: boolean;
  /** The largest message in bytes, all frames together; `Infinity` if the driver has no limit of its own. */
  readonly maxMessageBytes: number;
}

/**
 * How another thread or process builds the same transport.
 *
 * It names code to import, so it travels only over links that the parent made.
 */
export interface Recipe {
  /** The module to import, such as `@fourwire/transport-zmq`. */
  readonly module: string;
  /** The factory's export name, such as `zmq`. */
  readonly export: string;
  /** The factory's one argument: plain data. */
  readonly options: unknown;
}

/**
 * A medium that connects processes.
 *
 * It holds no socket, timer or connection while it has no channel, listener or
 * subscription.
 */
export interface Transport extends AsyncDisposable {
  /** The driver's name in messages and reports: `memory`, `zmq`, `redis`, `webSocket`. */
  readonly name: string;
  readonly traits: Traits;
  /** Absent for a transport built around live objects. */
  readonly recipe?: Recipe;
  /** Publish and subscribe, present when `traits.topics`. */
  readonly topics?: Topics;
  /** Work queues, present when `traits.queues`. */
  readonly queues?: Queues;
  /** Durable channels, present when `traits.logs`. */
  readonly logs?: Logs;

  /**
   * Opens a channel to whoever listens at the address.
   *
   * Rejects with `REFUSED` when nobody does, `ADDRESS_INVALID` for an address
   * of another medium, `UNAUTHORIZED` when the far end turns the keys down, or
   * the signal's reason.
   */
  connect(address: string, options?: WaitOptions): Promise<Channel>;

  /**
   * Listens at the address, or at a fresh one when none is given.
   *
   * Rejects with `ADDRESS_IN_USE`, `ADDRESS_INVALID`, or the signal's reason.
   * An address is free again once its listener is closed.
   */
  listen(address?: string, options?: WaitOptions): Promise<Listener>;

  /**
   * Ends every channel, listener, subscription, reader and waiting `take` of this
   * transport, for good: whatever is asked of it afterwards rejects with
   * `CLOSED`. Safe to call twice.
   */
  close(): Promise<void>;
}
