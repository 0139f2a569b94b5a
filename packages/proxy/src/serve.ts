/**
 * The end that has the object.
 *
 * @module
 */

import {
  completeLimits,
  isLoopback,
  type Session,
  type ServeOptions as SessionServeOptions,
  type SessionServer,
  serveSessions,
  toError,
} from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { addressToConnect, checkAdvertised } from "./advertise.ts";
import { AgentCore, type AgentPart } from "./agent-core.ts";
import type { Contract } from "./contract.ts";
import type { ServedBy } from "./contract-types.ts";
import { ProxyError } from "./errors.ts";
import type { ExposureOptions } from "./exposure.ts";
import type { HandOverSeat } from "./hand-over/end.ts";
import { type HandOver, HandOvers } from "./hand-over/hand-over.ts";
import { type HandOverPart, partOf } from "./hand-over/part.ts";
import type { InstanceFactory, InstanceMode } from "./instances.ts";
import type { ServedHooks } from "./served-hooks.ts";
import { prepareRoot } from "./served-root.ts";
import { createServingEndpoint } from "./serving-endpoint.ts";

/** How an object is served. */
export interface ServeOptions extends SessionServeOptions, ExposureOptions {
  readonly transport: Transport;
  /** Where the server takes part in what is done to its objects. Default: nowhere. */
  readonly hooks?: ServedHooks | undefined;
  /** See `ContractServeOptions`. */
  readonly contract?: undefined;
  /** Which object a client reaches. A function serves as the factory of those. Default: `single`. */
  readonly instance?: InstanceMode | undefined;
  /**
   * How proxies go on to others and come from others: shared with other
   * connections, or `false` for relaying them. Default: hand-overs of this
   * server's own. A server with `authorize` hands nothing of others' over, as
   * it judges what is relayed.
   */
  readonly handOver?: HandOver | false | undefined;
  /**
   * The address that clients use, where it is not the one bound: behind a
   * wildcard, a proxy, another network. A port of 0 becomes the one bound.
   */
  readonly advertise?: string | undefined;
}

/** How an object is served that keeps a contract. */
export interface ContractServeOptions<Of extends Contract> extends Omit<ServeOptions, "contract" | "expose"> {
  /** Exactly what it lists is reachable, and every value is validated; in the place of `expose`. */
  readonly contract: Of;
}

/** An object that is being served. */
export interface Server extends AsyncDisposable {
  /** The address ready to hand to `connect`: the one advertised, or the one bound, by way of the loopback for a wildcard. */
  readonly address: string;
  /** The address really bound, which may be a wildcard. */
  readonly boundAddress: string;
  /** The number of clients. */
  readonly clients: number;
  /** What this server answers and publishes beside its object, to clients that use `agentOf`. */
  readonly agent: AgentPart;
  /** Tells every client that the server stops, and stops. An object that was given stays as it is; those that a factory made are disposed of. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves an object at an address, or at a fresh one.
 *
 * Clients reach its methods, its accessors and its own fields that hold plain
 * data or a `Signal`; a literal such as `{ robot, arm }` is a root with those
 * members. With a `contract` they reach what that lists, and nothing else. With
 * an `instance` mode a function makes the object of each client or call. From
 * Pizco's `Server`.
 *
 * Rejects with a `TypeError` when the root is not an object or lacks what its
 * contract lists, with `ADDRESS_IN_USE` or `ADDRESS_INVALID`, with what the
 * factory of a single object throws, or with the signal's reason.
 *
 * @example
 * ```ts
 * await using server = await serve(new Robot(), "tcp://127.0.0.1:8000", { transport: zmq() });
 * ```
 */
export function serve(
  object: object | InstanceFactory,
  address: string | undefined,
  options: ServeOptions,
): Promise<Server>;
export function serve<Of extends Contract>(
  object: ServedBy<Of> | InstanceFactory<ServedBy<Of> & object>,
  address: string | undefined,
  options: ContractServeOptions<Of>,
): Promise<Server>;
export async function serve(
  object: object | InstanceFactory,
  address: string | undefined,
  options: ServeOptions | ContractServeOptions<Contract>,
): Promise<Server> {
  if (options.advertise !== undefined) checkAdvertised(options.advertise);
  const { onError = () => undefined } = options;
  const report = (error: unknown): void => onError(toError(error));
  const served = await prepareRoot(object, options, report);
  const agent = new AgentCore(report);
  const { maxReferences } = completeLimits(options.limits);
  const own = options.handOver === undefined ? new HandOvers({}) : undefined;
  const handOvers = own ?? partOf(options.handOver);
  const end = async (): Promise<void> => {
    await own?.close();
    await served.end();
  };
  try {
    const server = await serveSessions(
      options.transport,
      address,
      (session) => {
        const { address: bound } = session.peer;
        const { exposure, root } = served;
        const instances = served.instancesOf(session);
        return createServingEndpoint({
          session,
          address: bound,
          root,
          exposure,
          maxReferences,
          instances,
          agent,
          hooks: options.hooks,
          seat: handOvers && seatAt(session, handOvers, options),
          onError: report,
        });
      },
      { ...options, errors: { ProxyError, ...options.errors } },
    );
    return createServer(server, end, agent, options.advertise);
  } catch (error) {
    await end();
    throw error;
  }
}

/** Finds how a client takes part in hand-overs. */
function seatAt(
  { peer }: Session,
  part: HandOverPart,
  options: Pick<ServeOptions, "transport" | "key" | "authorize">,
): HandOverSeat {
  const { transport, key, authorize } = options;
  const isLocal = transport.traits.local || isLoopback(peer.address);
  const isTrusted = isLocal || key !== undefined || peer.principal !== undefined;
  return { part, transport, isServer: true, isTrusted, offers: !authorize };
}

function createServer(
  server: SessionServer,
  end: () => Promise<void>,
  agent: AgentPart,
  advertise: string | undefined,
): Server {
  const close = async (): Promise<void> => {
    await server.close("the server stopped");
    await end();
  };
  return {
    address: addressToConnect(server.address, advertise),
    boundAddress: server.address,
    agent,
    get clients() {
      return server.sessions.size;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
