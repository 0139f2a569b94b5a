/**
 * The feature of events, queues and calls by name.
 *
 * @module
 */

import type { Bus, BusFeature, BusOptions } from "@fourwire/bus";
import type { Transport } from "@fourwire/transport";
import { z } from "zod";
import type { Feature, FeatureContext, FeaturePlan, SharedConfig } from "./feature.ts";
import { given } from "./given.ts";
import { HUB_TRANSPORT } from "./hub-feature.ts";
import { loadPackage } from "./package-loading.ts";
import { delayMs, functionOf, injectionToken, objectOf, text, timeMs } from "./schema.ts";
import { type Fields, sessionFields } from "./session-schema.ts";
import { type Token, tokenOf } from "./token.ts";

type OwnOptions = Omit<BusOptions, "transport" | "logger" | "tracing">;

/** The bus of an application. */
export interface BusConfig extends OwnOptions {
  /** One of `transports`. Default: the application's `transport`. */
  readonly transport?: string | undefined;
  /**
   * Whether topics and queues are those of the application's `hub`. Default: when
   * there is a `hub`, and the transport lacks topics or queues of its own.
   */
  readonly hub?: boolean | undefined;
  /** Objects whose listeners and remote methods are connected, by what they are resolved by. Default: none. */
  readonly bind?: readonly Token<object>[] | undefined;
}

/** A bus, as the application's classes have it injected. */
export type EventBus = Bus;

/** The application's bus, from the key `bus`. */
export const EVENT_BUS: Token<EventBus> = tokenOf("bus");

/** The bus in a container. */
export const busFeature: Feature<BusConfig> = {
  key: "bus",
  schema: createSchema(),
  plan,
  async open(config, context) {
    const { connectBus } = await loadPackage("bus", "@fourwire/bus", import("@fourwire/bus"));
    const { transport: _transport, hub: _hub, bind: _bind, ...options } = config;
    const { codec, limits, errors, showStacks, onError, logger, tracing } = context.session;
    const shared = { codec, limits, errors, showStacks, onError, logger, tracing };
    const bus = await context.open("bus", () =>
      connectBus({ ...shared, ...given(options), transport: transportOf(config, context) }),
    );
    context.provide(EVENT_BUS, bus);
  },
  async serve({ bind = [] }, context) {
    const bus = context.resolve(EVENT_BUS);
    for (const [index, token] of bind.entries()) {
      await context.open(`bus.bind.${index}`, async () => await bus.bind(await context.resolve<object>(token)));
    }
  },
};

function createSchema(): z.ZodType<BusConfig> {
  const { codec, limits, errors, showStacks } = sessionFields;
  const feature = z.custom<BusFeature>((value) => typeof value === "string", { error: "a feature such as queues" });
  const fields: Fields<BusConfig> = {
    transport: text.optional(),
    hub: z.boolean().optional(),
    bind: z.array(injectionToken).optional(),
    requires: z.array(feature).optional(),
    namespace: text.optional(),
    name: text.optional(),
    events: z.array(z.custom<NonNullable<BusOptions["events"]>[number]>(isEvent, { error: "an event" })).optional(),
    rpcTimeoutMs: timeMs.optional(),
    graceMs: delayMs.optional(),
    codec,
    limits,
    errors,
    showStacks,
    onError: functionOf<BusOptions["onError"]>().optional(),
    onGap: functionOf<BusOptions["onGap"]>().optional(),
  };
  return objectOf(fields);
}

function plan({ transport, hub }: BusConfig, { has }: SharedConfig): FeaturePlan {
  const isMissing = hub === true && !has("hub");
  return {
    provides: [""],
    transports: hub === true ? [] : [{ path: ["transport"], name: transport }],
    problems: isMissing ? [{ path: ["hub"], message: "found true; expected a hub of the application" }] : [],
  };
}

/** Finds what has the topics and queues. */
function transportOf({ transport, hub }: BusConfig, context: FeatureContext): Transport {
  if (hub === true) return context.resolve(HUB_TRANSPORT);
  const own = context.transport(transport);
  if (own.topics && own.queues) return own;
  if (hub !== false && context.has("hub")) return context.resolve(HUB_TRANSPORT);
  if (own.topics || own.queues) return own;
  throw new TypeError(`the ${own.name} transport has neither topics nor queues: configure a hub, or another transport`);
}

/** Says whether a value is what `defineEvent` returns, or a class. */
function isEvent(value: unknown): boolean {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
