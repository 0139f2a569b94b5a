/**
 * The feature of live objects: those that the application serves, and those that it uses.
 *
 * @module
 */

import {
  type Contract,
  connect,
  type Remote,
  type RemoteContract,
  type ServedBy,
  type Server,
  serve,
} from "@fourwire/proxy";
import type { Feature, FeatureContext, FeaturePlan, SharedConfig, TransportUse } from "./feature.ts";
import { given } from "./given.ts";
import { type Problem, showNames, showNearest } from "./issues.ts";
import { addressProblems, listeningOf, useOf } from "./place.ts";
import { type ConnectConfig, type ProxyConfig, proxyConfig, type ServeConfig } from "./proxy-config.ts";
import { type Token, tokenOf } from "./token.ts";

/** Creates the token of a server from `proxy.serve`. */
export function serverToken(name: string): Token<Server> {
  return tokenOf(`proxy.serve.${name}`);
}

/** Creates the token of a proxy from `proxy.connect`, for an object of a known type, or of a known contract. */
export function proxyToken<Of extends Contract>(name: string): Token<RemoteContract<Of>>;
export function proxyToken<Object extends object>(name: string): Token<Remote<Object>>;
export function proxyToken(name: string): Token<unknown> {
  return tokenOf(`proxy.connect.${name}`);
}

/**
 * Live objects in a container.
 *
 * Connections come before the objects that are served, because those may be
 * built on them; only connections to what the application itself serves come
 * after it.
 */
export const proxyFeature: Feature<ProxyConfig> = {
  key: "proxy",
  schema: proxyConfig,
  plan,
  async open(config, context) {
    for (const [name, options] of connections(config, context).others)
      await openConnection([name, options], config, context);
  },
  async serve(config, context) {
    for (const [name, options] of Object.entries(config.serve ?? {})) await openServer(name, options, context);
    for (const [name, options] of connections(config, context).own)
      await openConnection([name, options], config, context);
  },
};

type Named<Options> = readonly [name: string, options: Options];

function plan(config: ProxyConfig, shared: SharedConfig): FeaturePlan {
  const served = Object.entries(config.serve ?? {});
  const connected = Object.entries(config.connect ?? {});
  const uses: TransportUse[] = [
    ...served.map(([name, place]) => useOf(["serve", name], place)),
    ...connected.filter(([, { to }]) => to === undefined).map(([name, place]) => useOf(["connect", name], place)),
  ];
  return {
    provides: [...served.map(([name]) => `serve.${name}`), ...connected.map(([name]) => `connect.${name}`)],
    transports: uses,
    listens: served.map(([name, place]) => listeningOf(["serve", name], place, shared)),
    problems: connected.flatMap((named) => problemsOf(named, config, shared)),
  };
}

function problemsOf([name, options]: Named<ConnectConfig>, config: ProxyConfig, shared: SharedConfig): Problem[] {
  const path = ["connect", name];
  const { to } = options;
  if (to === undefined) return addressProblems(path, options, shared);
  const names = Object.keys(config.serve ?? {});
  const surplus = (["address", "transport"] as const).filter((key) => options[key] !== undefined);
  const problems = surplus.map((key) => ({ path: [...path, key], message: "beside `to`, which says it already" }));
  if (names.includes(to)) return problems;
  const message = `found "${to}"; expected a name in proxy.serve: ${showNames(names)}${showNearest(to, names)}`;
  return [...problems, { path: [...path, "to"], message }];
}

/** Splits connections into those to what this application serves, and those to others. */
function connections(
  { serve: served = {}, connect: connected = {} }: ProxyConfig,
  shared: SharedConfig,
): { own: Named<ConnectConfig>[]; others: Named<ConnectConfig>[] } {
  const placeOf = ({ transport = "", address = shared.address }: ServeConfig | ConnectConfig): string =>
    JSON.stringify([transport, address]);
  const places = new Set(Object.values(served).map(placeOf));
  const isOwn = ([, options]: Named<ConnectConfig>): boolean =>
    options.to !== undefined || places.has(placeOf(options));
  const all = Object.entries(connected);
  return { own: all.filter(isOwn), others: all.filter((named) => !isOwn(named)) };
}

async function openServer(name: string, config: ServeConfig, context: FeatureContext): Promise<void> {
  const { object, token, address = context.address, transport, contract, ...rest } = config;
  const server = await context.open(`proxy.serve.${name}`, async () => {
    // A factory of tsyringe's may return a promise.
    const root = token === undefined ? object : await context.resolve<object>(token);
    if (root === undefined) throw new TypeError("there is no object to serve");
    const options = { ...context.session, ...given(rest), transport: context.transport(transport) };
    if (contract === undefined) return await serve(root, address, options);
    // Serving checks that the object has what the contract lists; no compiler can.
    return await serve(root as ServedBy<Contract> & object, address, { ...options, contract });
  });
  context.provide(serverToken(name), server);
}

async function openConnection(
  [name, connection]: Named<ConnectConfig>,
  config: ProxyConfig,
  context: FeatureContext,
): Promise<void> {
  const { to, address, transport, member, ...options } = connection;
  const path = `proxy.connect.${name}`;
  const place = to === undefined ? { address: address ?? context.address, transport } : ownPlace(to, config, context);
  const proxy = await context.open(path, async () => {
    // The plan has seen to it that there is one.
    if (place.address === undefined) throw new TypeError("there is no address");
    const transport = context.transport(place.transport);
    return await connect<object>(place.address, { ...context.session, ...given(options), name: member, transport });
  });
  context.provide(tokenOf(path), proxy);
}

/** Finds out where this application serves an object. */
function ownPlace(
  name: string,
  config: ProxyConfig,
  context: FeatureContext,
): Pick<ServeConfig, "address" | "transport"> {
  return { address: context.resolve(serverToken(name)).address, transport: config.serve?.[name]?.transport };
}
