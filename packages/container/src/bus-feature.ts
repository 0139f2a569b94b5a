/**
 * The feature of events, queues and calls by name.
 *
 * @module
 */

import type { Bus, BusFeature, BusOptions, EventSource } from "@fourwire/bus";
import type { Transport } from "@fourwire/transport";
import { z } from "zod";
import type { Feature, FeatureContext, FeaturePlan, SharedConfig } from "./feature.ts";
import { given } from "./given.ts";
import { HUB_TRANSPORT } from "./hub-feature.ts";
import { loadPackage } from "./package-loading.ts";
import { delayMs, functionOf, injectionToken, namesOf, objectOf, text, timeMs } from "./schema.ts";
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
  /** Objects of the application whose methods listen and answer, each under a name. Default: none. */
  readonly bind?: Readonly<Record<string, BindConfig>> | undefined;
}

/** An object whose methods are connected to the bus: those that the bus's own decorators note, and those listed here. */
export interface BindConfig {
  /** What the object is resolved by, with all that it is built on. */
  readonly token: Token<object>;
  /** The events that its methods handle, by the methods' names. Default: none. */
  readonly events?: Readonly<Record<string, EventSource<unknown>>> | undefined;
  /** The methods that others may call, as `Class.method`. Default: none. */
  readonly expose?: readonly string[] | undefined;
}

/** A bus, as the application's classes have it injected. */
export type EventBus = Bus;

/** Longer than any driver tries by default, whose own error says more. */
const REACHED_WITHIN_MS = 10_000;

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
    const bus = await context.open("bus", async () => {
      const opened = await connectBus({ ...shared, ...given(options), transport: transportOf(config, context) });
      // Memory is always there, and what a test breaks on purpose is for the application to bear.
      return context.isTest ? opened : await reached(opened, context.session.signal);
    });
    context.provide(EVENT_BUS, bus);
  },
  async serve({ bind = {} }, context) {
    for (const [name, config] of Object.entries(bind)) {
      await openBound(`bus.bind.${name}`, config, context);
    }
  },
};

function createSchema(): z.ZodType<BusConfig> {
  const { codec, limits, errors, showStacks } = sessionFields;
  const feature = z.custom<BusFeature>((value) => typeof value === "string", { error: "a feature such as queues" });
  const event = z.custom<NonNullable<BusOptions["events"]>[number]>(isEvent, { error: "an event, or a class" });
  const bound: Fields<BindConfig> = {
    token: injectionToken,
    events: z.record(z.string(), z.union([text, event], { error: "a channel, an event, or a class" })).optional(),
    expose: z.array(text).optional(),
  };
  const fields: Fields<BusConfig> = {
    transport: text.optional(),
    hub: z.boolean().optional(),
    bind: namesOf(objectOf(bound)).optional(),
    requires: z.array(feature).optional(),
    namespace: text.optional(),
    name: text.optional(),
    events: z.array(event).optional(),
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

/** Closes a bus again whose messages get nowhere, which otherwise would show with the first of them. Rejects with the reason. */
async function reached(bus: Bus, signal: AbortSignal): Promise<Bus> {
  const { topics, queues } = await bus.health({ signal, timeoutMs: REACHED_WITHIN_MS });
  for (const port of [topics, queues]) {
    if (!port || port.ok) continue;
    await bus.close();
    throw port.error;
  }
  return bus;
}

/** Connects an object's methods, each as a part of the application. */
async function openBound(path: string, config: BindConfig, context: FeatureContext): Promise<void> {
  const { token, events, expose = [] } = config;
  const bus = context.resolve(EVENT_BUS);
  const { instance } = await context.open(path, async () => {
    const instance = await context.resolve<object>(token);
    const binding = await bus.bind(instance, events);
    return { instance, [Symbol.asyncDispose]: () => binding.close() };
  });
  for (const name of expose) {
    await context.open(`${path}.expose.${name}`, async () => {
      const method: unknown = Reflect.get(instance, name);
      if (!isFunction(method)) throw new TypeError(`"${name}" is no method of what is bound`);
      return await bus.expose(instance, method);
    });
  }
}

function isFunction(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === "function";
}

/** Says whether a value is what `defineEvent` returns, or a class. */
function isEvent(value: unknown): boolean {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
