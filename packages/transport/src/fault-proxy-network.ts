/**
 * The proxy at work: its listening socket, its faults and its connections.
 *
 * @module
 */

import { once } from "node:events";
import type { Server } from "node:net";
import { createServer } from "node:net";
import { TransportError } from "./errors.ts";
import type { FaultRange, LaneConditions } from "./fault-proxy-conditions.ts";
import { checkDelays, checkRate, checkSizes, FaultConditions } from "./fault-proxy-conditions.ts";
import type { FaultProxyStats } from "./fault-proxy-connections.ts";
import { FaultConnections } from "./fault-proxy-connections.ts";
import type { CutsOptions } from "./fault-proxy-cuts.ts";
import { cutRepeatedly } from "./fault-proxy-cuts.ts";
import type { DirectionOptions, FaultProxy, FaultProxyOptions } from "./fault-proxy-handle.ts";
import type { FaultTarget } from "./fault-proxy-target.ts";
import { createRandom } from "./random.ts";

const DEFAULT_MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** A fault proxy that listens once `listen` is called. */
export class FaultNetwork implements FaultProxy {
  readonly #target: FaultTarget;
  readonly #server: Server;
  readonly #conditions = new FaultConditions();
  readonly #connections: FaultConnections;
  readonly #rollCuts: () => number;
  readonly #closing = new AbortController();
  #closed: Promise<unknown> | undefined;
  #port = 0;

  constructor(target: FaultTarget, options: FaultProxyOptions) {
    const { seed = 1, maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES } = options;
    if (!(maxBufferedBytes >= 0)) throw new TypeError("maxBufferedBytes is a number of bytes, 0 or more");
    this.#target = target;
    this.#connections = new FaultConnections({ target, conditions: this.#conditions, seed, maxBufferedBytes });
    this.#rollCuts = createRandom(seed);
    const sockets = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true };
    this.#server = createServer(sockets, (client) => this.#connections.accept(client));
  }

  readonly host = "127.0.0.1";

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return this.#target.addressAt(this);
  }

  get connections(): number {
    return this.#connections.size;
  }

  get stats(): FaultProxyStats {
    return this.#connections.stats;
  }

  async listen(): Promise<void> {
    this.#server.listen({ host: this.host, port: 0 });
    await once(this.#server, "listening");
    const bound = this.#server.address();
    if (bound !== null && typeof bound === "object") this.#port = bound.port;
  }

  cut(): number {
    return this.#connections.cut();
  }

  async cuts(count: number, options: CutsOptions): Promise<void> {
    const { signal: closing } = this.#closing;
    await cutRepeatedly(this.#connections, count, options, { closing, roll: this.#rollCuts });
  }

  cutAfter(bytes: FaultRange): void {
    this.#conditions.cutAfterBytes = bytes === Number.POSITIVE_INFINITY ? undefined : checkSizes("bytes", bytes);
    this.#connections.drawCuts();
  }

  halfOpen(): void {
    this.#connections.halfOpen();
  }

  stall(): void {
    this.#conditions.isStalled = true;
    this.#connections.update();
  }

  resume(): void {
    this.#conditions.isStalled = false;
    this.#connections.update();
  }

  refuse(): void {
    this.#conditions.isRefusing = true;
  }

  accept(): void {
    this.#conditions.isRefusing = false;
  }

  delay(delayMs: FaultRange, options?: DirectionOptions): void {
    this.#change({ delayMs: checkDelays("delayMs", delayMs) }, options);
  }

  throttle(bytesPerSecond: number, options?: DirectionOptions): void {
    this.#change({ bytesPerSecond: checkRate("bytesPerSecond", bytesPerSecond) }, options);
  }

  slice(bytes: FaultRange, options?: DirectionOptions): void {
    const sliceBytes = bytes === Number.POSITIVE_INFINITY ? undefined : checkSizes("bytes", bytes);
    this.#change({ sliceBytes }, options);
  }

  heal(): void {
    this.#conditions.clear();
    this.#connections.drawCuts();
    this.#connections.resetHalfOpen();
    this.#connections.update();
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#closing.abort(
      new TransportError("CLOSED", `The fault proxy before ${this.#target.host}:${this.#target.port} is closed`),
    );
    this.#server.close();
    this.#connections.reset();
    await closed;
  }

  #change(change: Partial<LaneConditions>, options: DirectionOptions = {}): void {
    this.#conditions.change(change, options.direction);
    this.#connections.update();
  }
}
