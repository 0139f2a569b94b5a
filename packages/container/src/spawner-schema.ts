/**
 * What the configuration of workers is checked with.
 *
 * @module
 */

import type { SpawnOptions } from "@fourwire/spawner";
import { z } from "zod";
import { placeFields } from "./place.ts";
import { count, delayMs, functionOf, namesOf, objectOf, text, timeMs, withMethods } from "./schema.ts";
import { type Fields, openingFields, servingFields, sessionFields } from "./session-schema.ts";
import type { AttachConfig, ProcessConfig, SpawnerConfig, WorkerConfig } from "./spawner-config.ts";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

const location: z.ZodType<string | URL> = z.union([text, z.instanceof(URL)], { error: "a text or a URL" });
const place = z.union([z.literal(true), text], { error: "a name in transports, or true for the application's" });
const { callTimeoutMs, errors, limits, onError, key } = sessionFields;

const restart: z.ZodType<SpawnOptions["restart"]> = objectOf({
  policy: z.enum(["permanent", "transient", "temporary"]).optional(),
  minDelayMs: delayMs.optional(),
  maxDelayMs: delayMs.optional(),
  maxRestarts: delayMs.optional(),
  withinMs: timeMs.optional(),
  onRestart: functionOf<NonNullable<NonNullable<SpawnOptions["restart"]>["onRestart"]>>().optional(),
}).optional();

const resourceLimits: z.ZodType<SpawnOptions["resourceLimits"]> = objectOf({
  maxOldGenerationSizeMb: count.exactOptional(),
  maxYoungGenerationSizeMb: count.exactOptional(),
  codeRangeSizeMb: count.exactOptional(),
  stackSizeMb: count.exactOptional(),
}).optional();

const worker: Fields<WorkerConfig> = {
  kind: z.enum(["process", "thread", "inline", "command"]).optional(),
  name: text.optional(),
  transport: place.optional(),
  command: text.optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string().optional()).optional(),
  cwd: text.optional(),
  execPath: text.optional(),
  execArgv: z.array(z.string()).optional(),
  base: location.optional(),
  allow: z.array(text).optional(),
  detached: z.literal(false).optional(),
  execution: z.custom<NonNullable<SpawnOptions["execution"]>>().optional(),
  dispatcher: objectOf({ module: location, export: text }).optional(),
  resourceLimits,
  log: withMethods<NonNullable<SpawnOptions["log"]>>("a LogCollector", ["add", "listen"]).optional(),
  logLevel: z.enum(LEVELS).optional(),
  output: z.enum(["inherit", "ignore"]).optional(),
  startTimeoutMs: timeMs.optional(),
  stopTimeoutMs: timeMs.optional(),
  restart,
  callTimeoutMs,
  errors,
  limits,
  onError,
};

const served: Fields<ProcessConfig> = {
  ...placeFields,
  ...servingFields,
  allow: z.array(text),
  base: location.optional(),
  key: z.union([z.literal(false), key], { error: "false, or text or bytes, 16 bytes at least" }),
  dispatcher: functionOf<ProcessConfig["dispatcher"]>().optional(),
  single: z.boolean().optional(),
  object: objectOf({ target: text, args: z.array(z.unknown()).optional() }).optional(),
  onStop: functionOf<ProcessConfig["onStop"]>().optional(),
};

const attached: Fields<AttachConfig> = { ...placeFields, ...openingFields, lostBecause: text.optional() };

/** The schema of an application's workers. */
export const spawnerConfig: z.ZodType<SpawnerConfig> = objectOf({
  workers: namesOf(objectOf(worker)).optional(),
  serve: objectOf(served).optional(),
  attach: namesOf(objectOf(attached)).optional(),
});
