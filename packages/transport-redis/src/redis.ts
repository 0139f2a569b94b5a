/**
 * The Redis transport.
 *
 * @module
 */

import type { Recipe, Traits, Transport } from "@fourwire/transport";
import { SignalWatch } from "@fourwire/transport";
import { Addresses } from "./addresses.ts";
import { Connections } from "./connections.ts";
import { Groups } from "./groups.ts";
import { RedisLogs } from "./logs.ts";
import type { Means } from "./means.ts";
import { createNames } from "./names.ts";
import type { RedisTransportOptions, Settings } from "./options.ts";
import { settle } from "./options.ts";
import { RedisQueues } from "./queues.ts";
import { Subscriptions } from "./subscriptions.ts";
import { RedisTopics } from "./topics.ts";
import { warnOfEviction } from "./warnings.ts";

/**
 * Creates a transport over Redis 7.0 or newer: channels, topics, queues and logs.
 *
 * Addresses are any names. Whoever may write to this Redis is trusted. Throws a
 * `TypeError` that names the option that is wrong.
 *
 * @example
 * ```ts
 * await using transport = redis({ url: "redis://127.0.0.1:6379" });
 * await using listener = await transport.listen("calculator");
 * await using channel = await transport.connect("calculator");
 * ```
 */
export function redis(options: RedisTransportOptions): Transport {
  const settings = settle(options);
  const subscriptions = new Subscriptions();
  const connections = new Connections(settings, subscriptions);
  const names = createNames(settings.prefix);
  const means: Means = { settings, names, connections, subscriptions, signals: new SignalWatch() };
  const addresses = new Addresses(means);
  const queues = new RedisQueues(means);
  const groups = new Groups(means, queues);
  const topics = new RedisTopics(means, groups);
  const logs = new RedisLogs(means);
  // Subscriptions come first: the others rely on hearing what happens.
  for (const resident of [subscriptions, addresses, groups, topics, queues, logs, warnOfEviction(settings)]) {
    connections.add(resident);
  }
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    connections.refuse();
    await Promise.all([addresses.close(), topics.close(), groups.close(), logs.close()]);
    await queues.close();
    await connections.close();
  };
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  const transport: Transport = {
    name: "redis",
    traits: traitsOf(settings),
    topics,
    queues,
    logs,
    connect: async (address, { signal } = {}) => await addresses.connect(address, signal),
    listen: async (address, { signal } = {}) => await addresses.listen(address, signal),
    close,
    [Symbol.asyncDispose]: close,
  };
  const recipe = recipeOf(options);
  // Out of the way of logs: the options may hold a password.
  return recipe ? Object.defineProperty(transport, "recipe", { get: () => recipe, enumerable: false }) : transport;
}

/** Describes a transport that another thread can build: not one around a client, or around functions. */
function recipeOf({ client, onWarning: _, ...options }: RedisTransportOptions): Recipe | undefined {
  if (client !== undefined) return undefined;
  try {
    return { module: "@fourwire/transport-redis", export: "redis", options: structuredClone(options) };
  } catch {
    return undefined;
  }
}

function traitsOf({ maxMessageBytes }: Settings): Traits {
  return {
    detectsLoss: true,
    topics: true,
    queues: true,
    logs: true,
    durable: true,
    transferables: false,
    encrypted: false,
    local: false,
    maxMessageBytes,
  };
}
