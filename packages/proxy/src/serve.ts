/**
 * The end that has the object.
 *
 * @module
 */

import {
  completeLimits,
  type ServeOptions as SessionServeOptions,
  type SessionServer,
  serveSessions,
  toError,
} from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import type { Contract } from "./contract.ts";
import { checkKept } from "./contract-check.ts";
import { ContractRules } from "./contract-rules.ts";
import type { ServedBy } from "./contract-types.ts";
import { Endpoint } from "./endpoint.ts";
import { ProxyError } from "./errors.ts";
import { Exposure, type ExposureOptions } from "./exposure.ts";
import type { Rules } from "./rules.ts";

/** How an object is served. */
export interface ServeOptions extends SessionServeOptions, ExposureOptions {
  readonly transport: Transport;
  /** See `ContractServeOptions`. */
  readonly contract?: undefined;
}

/** How an object is served that keeps a contract. */
export interface ContractServeOptions<Of extends Contract> extends Omit<ServeOptions, "contract" | "expose"> {
  /** Exactly what it lists is reachable, and every value is validated; in the place of `expose`. */
  readonly contract: Of;
}

/** An object that is being served. */
export interface Server extends AsyncDisposable {
  /** The address really bound, ready to hand to `connect`. */
  readonly address: string;
  /** The number of clients. */
  readonly clients: number;
  /** Tells every client that the server stops, and stops. The object itself stays as it is. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves an object at an address, or at a fresh one.
 *
 * Clients reach its methods, its accessors and its own fields that hold plain
 * data or a `Signal`; a literal such as `{ robot, arm }` is a root with those
 * members. With a `contract` they reach what that lists, and nothing else. From
 * Pizco's `Server`.
 *
 * Rejects with a `TypeError` when the root is not an object or lacks what its
 * contract lists, with `ADDRESS_IN_USE` or `ADDRESS_INVALID`, or with the
 * signal's reason.
 *
 * @example
 * ```ts
 * await using server = await serve(new Robot(), "tcp://127.0.0.1:8000", { transport: zmq() });
 * ```
 */
export function serve(object: object, address: string | undefined, options: ServeOptions): Promise<Server>;
export function serve<Of extends Contract>(
  object: ServedBy<Of>,
  address: string | undefined,
  options: ContractServeOptions<Of>,
): Promise<Server>;
export async function serve(
  object: object,
  address: string | undefined,
  options: ServeOptions | ContractServeOptions<Contract>,
): Promise<Server> {
  if (typeof object !== "object" || object === null) {
    throw new TypeError(`serve: the root is ${object === null ? "null" : `a ${typeof object}`}; expected an object`);
  }
  const { onError = () => undefined } = options;
  const report = (error: unknown): void => onError(toError(error));
  const { root, exposure } = rootOf(object, options, report);
  const { maxReferences } = completeLimits(options.limits);
  const server = await serveSessions(
    options.transport,
    address,
    (session) => {
      const { address: bound } = session.peer;
      return new Endpoint({ session, address: bound, root, exposure, maxReferences, onError: report });
    },
    { ...options, errors: { ProxyError, ...options.errors } },
  );
  return createServer(server);
}

/** Finds what stands for the root, and the rules for what is below it. */
function rootOf(
  object: object,
  { contract, expose }: { readonly contract?: Contract | undefined } & ExposureOptions,
  report: (error: unknown) => void,
): { readonly root: object; readonly exposure: Rules } {
  const exposure = new Exposure(object, { expose });
  if (!contract) return { root: object, exposure };
  if (expose) throw new TypeError("serve: a contract lists what is reachable; leave expose out");
  checkKept(object, contract);
  const rules = new ContractRules({ exposure, report });
  return { root: rules.view(object, contract), exposure: rules };
}

function createServer(server: SessionServer): Server {
  const close = (): Promise<void> => server.close("the server stopped");
  return {
    address: server.address,
    get clients() {
      return server.sessions.size;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
