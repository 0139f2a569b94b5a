/**
 * The feature of hubs: topics and queues where a transport has none.
 *
 * @module
 */

import type { Hub, HubBackend, HubTransport, ServeHubOptions, WithHubOptions } from "@fourwire/hub";
import type { Transport } from "@fourwire/transport";
import { z } from "zod";
import type { Feature, FeatureContext, FeaturePlan, SharedConfig } from "./feature.ts";
import { given } from "./given.ts";
import { loadPackage } from "./package-loading.ts";
import { addressProblems, listeningOf, type PlaceConfig, placeFields, useOf } from "./place.ts";
import { count, objectOf, text, timeMs, withMethods } from "./schema.ts";
import { type OpeningOptions, openingFields, type ServingOptions, servingFields } from "./session-schema.ts";
import { type Token, tokenOf } from "./token.ts";

/** A hub that the application serves. */
export interface HubServeConfig
  extends PlaceConfig,
    ServingOptions,
    Pick<ServeHubOptions, "maxQueuedBytes" | "maxLogBytes" | "maxLeaseMs"> {
  /** Whose topics and queues it serves: one of `transports`, or what has them. Default: its own, in memory. */
  readonly backend?: string | HubBackend | undefined;
}

/** The hub that the application uses. */
export interface HubConnectConfig extends PlaceConfig, OpeningOptions, Pick<WithHubOptions, "durable"> {}

/** Topics and queues for transports that have none. */
export interface HubConfig {
  /** Serves one; `HUB` stands for it. Default: none is served. */
  readonly serve?: HubServeConfig | undefined;
  /**
   * How one is used; `HUB_TRANSPORT` stands for the transport with its topics and
   * queues. Default: the one that is served, or else the one at the application's address.
   */
  readonly connect?: HubConnectConfig | undefined;
}

/** The hub that the application serves, from the key `hub.serve`. */
export const HUB: Token<Hub> = tokenOf("hub.serve");

/** A transport with the topics and queues of the hub, from the key `hub`. */
export const HUB_TRANSPORT: Token<HubTransport> = tokenOf("hub");

/** Hubs in a container. */
export const hubFeature: Feature<HubConfig> = {
  key: "hub",
  schema: createSchema(),
  plan,
  async open(config, context) {
    const hubs = await loadPackage("hub", "@fourwire/hub", import("@fourwire/hub"));
    const { serve } = config;
    if (serve) {
      const hub = await context.open("hub.serve", () => hubs.serveHub(servingOptions(serve, context)));
      context.provide(HUB, hub);
    }
    const { address, transport, durable, ...options } = placeToConnect(config, context);
    const connected = await context.open("hub", async () => {
      // The plan has seen to it that there is one.
      if (address === undefined) throw new TypeError("there is no address");
      const { signal: _, ...session } = context.session;
      return hubs.withHub(unclosed(context.transport(transport)), address, { ...session, ...given(options), durable });
    });
    context.provide(HUB_TRANSPORT, connected);
  },
};

function createSchema(): z.ZodType<HubConfig> {
  const backend: z.ZodType<string | HubBackend> = z.union([text, withMethods<HubBackend>("", [])], {
    error: "a name in transports, or what has topics and queues",
  });
  const served = objectOf({
    ...placeFields,
    ...servingFields,
    backend: backend.optional(),
    maxQueuedBytes: count.optional(),
    maxLogBytes: count.optional(),
    maxLeaseMs: timeMs.optional(),
  });
  const connected = objectOf({ ...placeFields, ...openingFields, durable: z.boolean().optional() });
  return objectOf({ serve: served.optional(), connect: connected.optional() });
}

function plan({ serve, connect = {} }: HubConfig, shared: SharedConfig): FeaturePlan {
  const isOwn = serve !== undefined && connect.address === undefined;
  const backend = typeof serve?.backend === "string" ? [{ path: ["serve", "backend"], name: serve.backend }] : [];
  const served = serve ? [useOf(["serve"], serve), ...backend] : [];
  return {
    provides: serve ? ["", "serve"] : [""],
    transports: isOwn && connect.transport === undefined ? served : [...served, useOf(["connect"], connect)],
    listens: serve ? [listeningOf(["serve"], serve, shared)] : [],
    problems: isOwn ? [] : addressProblems(["connect"], connect, shared),
  };
}

function servingOptions(config: HubServeConfig, context: FeatureContext): ServeHubOptions {
  const { address = context.address, transport, backend, ...options } = config;
  return {
    ...context.session,
    ...given(options),
    address,
    transport: context.transport(transport),
    backend: typeof backend === "string" ? context.transport(backend) : backend,
  };
}

/** Finds out where the hub is: here, unless an address says otherwise. */
function placeToConnect({ serve, connect = {} }: HubConfig, context: FeatureContext): HubConnectConfig {
  if (!serve || connect.address !== undefined) return { ...connect, address: connect.address ?? context.address };
  const { transport = serve.transport, key = serve.key } = connect;
  return { ...connect, transport, key, address: context.resolve(HUB).address };
}

/** A transport that others use as well, so that closing what is built on it leaves it open. */
function unclosed(transport: Transport): Transport {
  const close = async (): Promise<void> => undefined;
  return { ...transport, close, [Symbol.asyncDispose]: close };
}
