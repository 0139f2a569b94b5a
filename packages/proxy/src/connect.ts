/**
 * The end that uses the object.
 *
 * @module
 */

import { completeLimits, type OpenOptions, openSession, toError } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { createBuiltInTest } from "./built-ins.ts";
import type { Contract } from "./contract.ts";
import type { RemoteContract } from "./contract-types.ts";
import { Endpoint } from "./endpoint.ts";
import { ProxyError } from "./errors.ts";
import type { HandOver } from "./hand-over/hand-over.ts";
import { Holder } from "./hand-over/holder.ts";
import { partOf } from "./hand-over/part.ts";
import { ownerPlace } from "./hand-over/token.ts";
import { LateEnd, loadServing } from "./late-end.ts";
import type { Remote } from "./types.ts";

/** How a proxy connects. */
export interface ConnectOptions extends Omit<OpenOptions, "handler"> {
  readonly transport: Transport;
  /** The member of the root to start at. Default: the root itself. */
  readonly name?: string | undefined;
  /** How proxies go on to others and come from others: shared with other connections, or `false` for relaying them. Default: what this end hands on is handed over, and what it is handed is relayed. */
  readonly handOver?: HandOver | false | undefined;
  /** Why references cannot be used once the connection is over, for messages. Default: that it is over. */
  readonly lostBecause?: string | undefined;
}

/**
 * Connects to a served object and returns its proxy.
 *
 * The type is the served object's, or the contract's by which it is served:
 * `connect<typeof contract>`. Disposing the proxy closes the connection. From Pizco's `Proxy`.
 *
 * Rejects with `REFUSED` when nobody listens there, with a `SessionError` when
 * the server declines, or with the signal's reason.
 *
 * @example
 * ```ts
 * await using robot = await connect<Robot>("tcp://127.0.0.1:8000", { transport: zmq() });
 * await robot.move(3);
 * ```
 */
export function connect<Of extends Contract>(
  address: string,
  options: ConnectOptions,
): Promise<RemoteContract<Of> & AsyncDisposable>;
export function connect<Object extends object>(
  address: string,
  options: ConnectOptions,
): Promise<Remote<Object> & AsyncDisposable>;
export async function connect(address: string, options: ConnectOptions): Promise<unknown> {
  const { transport, name, lostBecause, onError = () => undefined } = options;
  const { maxReferences } = completeLimits(options.limits);
  const handOvers = partOf(options.handOver);
  // Whoever traces what is asked of this end needs to know at once what that is.
  const loaded = options.tracing ? await loadServing() : undefined;
  const created: { endpoint?: Endpoint } = {};
  const session = await openSession(transport, address, {
    ...options,
    errors: { ProxyError, ...options.errors },
    handler: (own) => {
      const report = (error: unknown): void => onError(toError(error));
      created.endpoint = new Endpoint({
        session: own,
        address,
        maxReferences,
        owner: ownerPlace(transport, address),
        lostBecause,
        onError: report,
        isBuiltIn: createBuiltInTest(),
        hand: (endpoint) =>
          handOvers?.seat(endpoint, transport) ?? new Holder(endpoint, { offers: options.handOver !== false }),
        serve: (parts) => new LateEnd(parts, { loaded }),
      });
      return created.endpoint;
    },
  });
  if (created.endpoint) handOvers?.adopt(created.endpoint, transport);
  // The proxy's shape is the served object's, which only the caller knows.
  return created.endpoint?.rootProxy(name, () => session.close());
}
