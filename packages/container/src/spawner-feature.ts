/**
 * The feature of processes and threads, and of the objects inside them.
 *
 * @module
 */

import type { AttachedWorker, LogCollector, ServedProcess, Worker } from "@fourwire/spawner";
import type { Feature, FeatureContext, FeaturePlan, SharedConfig } from "./feature.ts";
import { given } from "./given.ts";
import type { LevelLogger } from "./logging.ts";
import { loadPackage } from "./package-loading.ts";
import { addressProblems, listeningOf, useOf } from "./place.ts";
import { SpawnedWorkers, type Spawner } from "./spawned-workers.ts";
import type { AttachConfig, ProcessConfig, SpawnerConfig, WorkerConfig } from "./spawner-config.ts";
import { spawnerConfig } from "./spawner-schema.ts";
import { type Token, tokenOf } from "./token.ts";

/** What starts workers, from the key `spawner`. */
export const SPAWNER: Token<Spawner> = tokenOf("spawner");

/** This process as others use it, from the key `spawner.serve`. */
export const SERVED_PROCESS: Token<ServedProcess> = tokenOf("spawner.serve");

/** Creates the token of a worker from `spawner.workers`. */
export function workerToken(name: string): Token<Worker> {
  return tokenOf(`spawner.workers.${name}`);
}

/** Creates the token of a worker from `spawner.attach`. */
export function attachedToken(name: string): Token<AttachedWorker> {
  return tokenOf(`spawner.attach.${name}`);
}

/** Processes and threads in a container. */
export const spawnerFeature: Feature<SpawnerConfig> = {
  key: "spawner",
  schema: spawnerConfig,
  plan,
  async open(config, context) {
    const spawning = await loadPackage("spawner", "@fourwire/spawner", import("@fourwire/spawner"));
    const spawner = await context.open("spawner", async () => createSpawner(spawning, context));
    context.provide(SPAWNER, spawner);
    for (const [name, options] of Object.entries(config.workers ?? {})) {
      await openWorker(name, options, spawner, context);
    }
    await openProcess(spawning, config.serve, context);
    for (const [name, options] of Object.entries(config.attach ?? {})) {
      await openAttached(spawning, [name, options], config.serve, context);
    }
  },
};

type Spawning = typeof import("@fourwire/spawner");

function plan({ workers = {}, serve, attach = {} }: SpawnerConfig, shared: SharedConfig): FeaturePlan {
  const attached = Object.entries(attach);
  const elsewhere = attached.filter(([, { address }]) => serve === undefined || address !== undefined);
  const uses = Object.entries(workers).flatMap(([name, { transport }]) => {
    if (transport === undefined) return [];
    return [{ path: ["workers", name, "transport"], name: transport === true ? undefined : transport }];
  });
  return {
    provides: [
      "",
      ...Object.keys(workers).map((name) => `workers.${name}`),
      ...(serve ? ["serve"] : []),
      ...attached.map(([name]) => `attach.${name}`),
    ],
    transports: [
      ...uses,
      ...(serve ? [useOf(["serve"], serve)] : []),
      ...elsewhere.map(([name, place]) => useOf(["attach", name], place)),
    ],
    listens: serve ? [listeningOf(["serve"], serve, shared)] : [],
    problems: elsewhere.flatMap(([name, place]) => addressProblems(["attach", name], place, shared)),
  };
}

/** Makes what starts workers, all with what the application's sessions have in common; what they say goes to its logger. */
function createSpawner({ spawn, LogCollector }: Spawning, context: FeatureContext): SpawnedWorkers {
  const { callTimeoutMs, errors, limits, onError, tracing, logger } = context.session;
  const log = logger && new LogCollector();
  if (log && logger) forward(log, logger);
  const shared = given({ callTimeoutMs, errors, limits, onError, tracing, log });
  return new SpawnedWorkers(
    (options) => spawn({ ...shared, ...given(options) }),
    () => log?.[Symbol.dispose](),
  );
}

/** Hands what workers say to the application's logger, at the level that it has there. */
function forward(log: LogCollector, logger: LevelLogger): void {
  const levels = [...(["fatal", "error", "warn", "info", "debug", "trace"] as const).entries()];
  log.listen(({ level, msg, ...fields }) => {
    const [, name] = levels.find(([index]) => level >= 60 - index * 10) ?? [];
    logger[name ?? "trace"](fields, msg);
  });
}

async function openWorker(
  name: string,
  config: WorkerConfig,
  spawner: SpawnedWorkers,
  context: FeatureContext,
): Promise<void> {
  const { transport, ...options } = config;
  const link = transport === undefined ? undefined : context.transport(transport === true ? undefined : transport);
  const worker = await context.open(`spawner.workers.${name}`, () =>
    spawner.spawn({
      name,
      ...given(options),
      transport: context.isTest ? undefined : link,
      signal: context.session.signal,
    }),
  );
  context.provide(workerToken(name), worker);
}

async function openProcess(
  { serveProcess }: Spawning,
  config: ProcessConfig | undefined,
  context: FeatureContext,
): Promise<void> {
  if (!config) return;
  const { address = context.address, transport, allow, ...options } = config;
  const served = await context.open("spawner.serve", () =>
    serveProcess({
      ...context.session,
      ...given(options),
      allow,
      address,
      transport: context.transport(transport),
    }),
  );
  context.provide(SERVED_PROCESS, served);
}

async function openAttached(
  { attach }: Spawning,
  [name, config]: readonly [string, AttachConfig],
  serve: ProcessConfig | undefined,
  context: FeatureContext,
): Promise<void> {
  const { address, transport, key, ...options } = serve ? ownPlace(config, serve, context) : config;
  const attached = await context.open(`spawner.attach.${name}`, async () => {
    const place = address ?? context.address;
    // The plan has seen to it that there is one.
    if (place === undefined) throw new TypeError("there is no address");
    return await attach(place, {
      ...context.session,
      ...given({ ...options, key }),
      transport: context.transport(transport),
    });
  });
  context.provide(attachedToken(name), attached);
}

/** Finds this process's own place and key, unless an address says otherwise. */
function ownPlace(config: AttachConfig, serve: ProcessConfig, context: FeatureContext): AttachConfig {
  if (config.address !== undefined) return config;
  const { address, key } = context.resolve(SERVED_PROCESS);
  return { ...config, address, transport: config.transport ?? serve.transport, key: config.key ?? key };
}
