/**
 * The configuration of an application, and how it is read and checked.
 *
 * @module
 */

import type { Logger } from "@fourwire/session";
import { z } from "zod";
import type { BusConfig } from "./bus-feature.ts";
import { type DriversConfig, driversConfig, type TransportChoice, transportChoice } from "./drivers.ts";
import { VARIABLES } from "./environment.ts";
import { invalidConfig } from "./errors.ts";
import type { Feature, PlannedFeature } from "./feature.ts";
import type { HubConfig } from "./hub-feature.ts";
import { type Problem, problemsOf, showNames, showNearest, showPath } from "./issues.ts";
import { valueAt } from "./plain.ts";
import { type Provider, provider } from "./provider.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import { namesOf, objectOf, text, timeMs, withMethods } from "./schema.ts";
import { Secrets } from "./secrets.ts";
import { type SharedSessionOptions, sessionFields } from "./session-schema.ts";
import { readSources, type SourcedConfig, type SourceOptions } from "./sources.ts";
import type { SpawnerConfig } from "./spawner-config.ts";
import type { StateConfig } from "./state-feature.ts";
import { takenAddresses } from "./taken-addresses.ts";
import { type TracingChoice, tracingChoice } from "./tracing.ts";

/** What every application may be told, whatever features it has. */
export interface CommonConfig {
  /** The transport of everything that names no other. Variable `FOURWIRE_TRANSPORT`. Default none. */
  readonly transport?: TransportChoice | undefined;
  /** Further transports, by names that features refer to. */
  readonly transports?: Readonly<Record<string, TransportChoice>> | undefined;
  /** Options for transports that are given by a driver's name. Variable `FOURWIRE_REDIS_URL` is `drivers.redis.url`. */
  readonly drivers?: DriversConfig | undefined;
  /** The address of everything that has no other. Variable `FOURWIRE_ADDRESS`. Default none. */
  readonly address?: string | undefined;
  /** What all sessions have in common: key, limits, deadlines. Variable `FOURWIRE_KEY` is `session.key`. */
  readonly session?: SharedSessionOptions | undefined;
  /** Where the container and all features tell what happens; a pino logger fits. Default: nowhere. */
  readonly logger?: Logger | undefined;
  /** Where spans of all features go: an OpenTelemetry provider, or `true` for the global one. Default: nowhere. */
  readonly tracing?: TracingChoice | undefined;
  /** What the application creates once and closes, see `provide`. Default none. */
  readonly providers?: readonly Provider[] | undefined;
  /** Whether SIGINT and SIGTERM close the application; a second one ends the process at once. Default false. */
  readonly handleSignals?: boolean | undefined;
  /** The time that each part has to close. Default 10,000 ms; `Infinity` for any. */
  readonly closeTimeoutMs?: number | undefined;
}

/** The configuration of an application: what is common, and a key for each feature that it has. */
export interface ContainerConfig extends CommonConfig {
  /** Topics and queues for transports that have none. Needs `@fourwire/hub`. */
  readonly hub?: HubConfig | undefined;
  /** Events, queues and calls by name. Needs `@fourwire/bus`. */
  readonly bus?: BusConfig | undefined;
  /** Shared state: that served, that used. Needs `@fourwire/state`. */
  readonly state?: StateConfig | undefined;
  /** Processes and threads, and objects inside them. Needs `@fourwire/spawner`. */
  readonly spawner?: SpawnerConfig | undefined;
  /** Live objects: those served, those used. */
  readonly proxy?: ProxyConfig | undefined;
}

/** A configuration that is right. */
export interface CheckedConfig {
  readonly common: CommonConfig;
  /** In the order of their opening. */
  readonly features: readonly PlannedFeature[];
  readonly secrets: Secrets;
}

/** The name of the default transport, beside those of `transports`. */
export const DEFAULT_TRANSPORT = "transport";

const commonFields = {
  transport: transportChoice.optional(),
  transports: namesOf(transportChoice).optional(),
  drivers: driversConfig.optional(),
  address: text.optional(),
  session: objectOf(sessionFields).optional(),
  logger: withMethods<Logger>("a logger such as pino's, with debug, info and warn", [
    "debug",
    "info",
    "warn",
  ]).optional(),
  tracing: tracingChoice.optional(),
  providers: z.array(provider).optional(),
  handleSignals: z.boolean().optional(),
  closeTimeoutMs: timeMs.optional(),
};

const commonConfig: z.ZodType<CommonConfig> = z.object(commonFields);

/** Reads a configuration from all its sources. Throws `CONFIG_INVALID` with everything that is wrong. */
export async function readConfig(
  features: readonly Feature[],
  code: object,
  options: SourceOptions,
  isTest: boolean,
): Promise<CheckedConfig> {
  const variables = Object.assign({}, VARIABLES, ...features.map((feature) => feature.variables ?? {}));
  const sourced = await readSources(code, options, variables);
  const secrets = new Secrets();
  secrets.collect(sourced.parts);
  const fields = Object.fromEntries(features.map(({ key, schema }) => [key, schema.optional()]));
  const checked = objectOf({ ...commonFields, ...fields }).safeParse(sourced.config);
  if (!checked.success) throw invalid(problemsOf(checked.error.issues, sourced.config), sourced, secrets);
  const common = commonConfig.parse(checked.data);
  const configOf = (key: string): unknown => valueAt(checked.data, [key]);
  const has = (key: string): boolean => configOf(key) !== undefined;
  const planned = features.flatMap((feature) => {
    const config = configOf(feature.key);
    return config === undefined
      ? []
      : [{ feature, config, plan: feature.plan(config, { address: common.address, has }) }];
  });
  const problems = [
    ...planned.flatMap((one) => [...planProblems(one), ...transportProblems(one, common, isTest)]),
    ...takenAddresses(planned),
  ];
  if (problems.length > 0) throw invalid(problems, sourced, secrets);
  return { common, features: planned, secrets };
}

function planProblems({ feature, plan }: PlannedFeature): Problem[] {
  return plan.problems.map(({ path, message }) => ({ path: [feature.key, ...path], message }));
}

/** Finds the places that name a transport which is not there. */
function transportProblems({ feature, plan }: PlannedFeature, common: CommonConfig, assumes: boolean): Problem[] {
  const names = Object.keys(common.transports ?? {});
  const hasDefault = common.transport !== undefined || assumes;
  return plan.transports
    .filter(({ name }) => (name === undefined ? !hasDefault : !names.includes(name)))
    .map(({ path, name }) => ({ path: [feature.key, ...path], message: missingTransport(name, names) }));
}

function missingTransport(name: string | undefined, names: readonly string[]): string {
  const known = `a name in transports: ${showNames(names)}`;
  if (name === undefined) return `found nothing; expected ${known}, or a "transport" of the application`;
  return `found "${name}"; expected ${known}${showNearest(name, names)}`;
}

function invalid(problems: readonly Problem[], { sourceOf }: SourcedConfig, secrets: Secrets): Error {
  return invalidConfig(
    problems.map(({ path, message }) => ({
      path: secrets.redact(showPath(path)),
      message: secrets.redact(message),
      source: sourceOf(path),
    })),
  );
}
