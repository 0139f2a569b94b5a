/**
 * Where processes reach the state.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import type { Key } from "@fourwire/session";
import { buildTransport, requireRecipe } from "@fourwire/spawner";
import type { Recipe, Transport } from "@fourwire/transport";

/** Where the state is, for whoever is in this same thread. */
export interface Endpoint {
  readonly transport: Transport;
  readonly address: string;
  readonly key: Key | undefined;
  readonly namespace: string;
  /** Whether the state ends with the outermost context. */
  readonly isOwn: boolean;
}

/** The same for a worker, as data. It travels only over the link that its parent made, as it holds the key and names code. */
export interface EndpointRecipe extends Omit<Endpoint, "transport"> {
  readonly transport: { readonly recipe: Recipe; readonly base: string } | { readonly live: string };
}

/** An endpoint that was described for a worker; disposing it forgets what was noted for that. */
export interface DescribedEndpoint extends Disposable {
  readonly recipe: EndpointRecipe;
}

/** A transport that was built; disposing it closes it, unless somebody else's. */
export interface BuiltTransport extends AsyncDisposable {
  readonly transport: Transport;
}

/** Where all copies of this package in one thread note the transports of workers in this same thread. */
const LIVE: unique symbol = Symbol.for("fourwire.state.transports");

/** Describes an endpoint for another thread or process. Throws `NO_RECIPE` for a transport that cannot be built there. */
export function describeEndpoint(endpoint: Endpoint, base: string): DescribedEndpoint {
  const { transport, ...rest } = endpoint;
  const recipe = { ...rest, transport: { recipe: requireRecipe(transport), base } };
  return { recipe, [Symbol.dispose]: () => undefined };
}

/** Describes an endpoint for a worker in this same thread, which uses the very transport. */
export function describeLive(endpoint: Endpoint): DescribedEndpoint {
  const { transport, ...rest } = endpoint;
  const live = randomUUID();
  readLive().set(live, transport);
  return { recipe: { ...rest, transport: { live } }, [Symbol.dispose]: () => void readLive().delete(live) };
}

/** Builds the transport of an endpoint. */
export async function openTransport({ transport: described }: EndpointRecipe): Promise<BuiltTransport> {
  if ("live" in described) {
    const transport = readLive().get(described.live);
    if (!transport) throw new TypeError("The context that this worker belongs to is closed");
    return { transport, [Symbol.asyncDispose]: async () => undefined };
  }
  const transport = await buildTransport(described.recipe, described.base);
  return { transport, [Symbol.asyncDispose]: () => transport.close() };
}

function readLive(): Map<string, Transport> {
  const known: unknown = Reflect.get(globalThis, LIVE);
  if (known instanceof Map) return known;
  const transports = new Map<string, Transport>();
  Reflect.set(globalThis, LIVE, transports);
  return transports;
}
