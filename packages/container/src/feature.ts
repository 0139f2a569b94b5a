/**
 * What a feature has to tell the container: one file a feature.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import type { z } from "zod";
import type { VariableTable } from "./environment.ts";
import type { Problem } from "./issues.ts";
import type { LevelLogger } from "./logging.ts";
import type { Resolve } from "./provider.ts";
import type { SharedSessionOptions } from "./session-schema.ts";
import type { Token } from "./token.ts";
import type { Tracing } from "./tracing.ts";

/**
 * A feature, as the container knows it: a key of the configuration, what may
 * stand there, and how it becomes something that tokens stand for.
 *
 * The container opens the features in the order of its list, and closes what
 * they opened in reverse order; a feature closes nothing itself.
 */
export interface Feature<Config = unknown> {
  /** The key in the configuration. What the feature provides has tokens whose path begins with it. */
  readonly key: string;
  /** What may stand at that key. */
  readonly schema: z.ZodType<Config>;
  /** The variables that give values below that key. Default none. */
  readonly variables?: VariableTable;
  /** Says what the feature needs, before anything is opened. */
  plan(config: Config, shared: SharedConfig): FeaturePlan;
  /** Opens what objects of the application are built on. */
  open(config: Config, context: FeatureContext): Promise<void>;
  /** Opens what is built on objects of the application. Runs when every feature is open. Default nothing. */
  serve?(config: Config, context: FeatureContext): Promise<void>;
}

/** The keys that concern every feature. */
export interface SharedConfig {
  /** The address that holds where the feature's configuration has none. */
  readonly address?: string | undefined;
  /** Says whether a feature is configured, by its key. */
  has(key: string): boolean;
}

/** A place in a feature's configuration where a transport is used. */
export interface TransportUse {
  /** The path from the feature's key. */
  readonly path: readonly string[];
  /** One of `transports`; the default transport when there is none. */
  readonly name: string | undefined;
}

/** A place at which a feature listens. */
export interface Listening {
  /** The path of the address, from the feature's key. */
  readonly path: readonly string[];
  /** A fresh one when there is none. */
  readonly address: string | undefined;
  /** One of `transports`; the default transport when there is none. */
  readonly transport: string | undefined;
}

/** What a feature needs, and what is wrong with its configuration that no schema sees. */
export interface FeaturePlan {
  /** The paths, from the feature's key, of the tokens that it will provide; empty for the key itself. */
  readonly provides: readonly string[];
  readonly transports: readonly TransportUse[];
  /** Where it listens: two parts of an application never do so at one address. Default: nowhere. */
  readonly listens?: readonly Listening[] | undefined;
  readonly problems: readonly Problem[];
}

/** What the container does for a feature. */
export interface FeatureContext extends SharedConfig {
  /** What all sessions have in common, logger, tracing and signal included: to be spread below the feature's own options. */
  readonly session: SharedSessionOptions & {
    readonly logger: LevelLogger | undefined;
    readonly tracing: Tracing | undefined;
    readonly signal: AbortSignal;
  };
  /** Whether memory networks stand in for the configured transports, which no other process can reach. */
  readonly isTest: boolean;
  /** Finds what a token stands for. */
  readonly resolve: Resolve;
  /** Finds one of the transports that the plan named. */
  transport(name: string | undefined): Transport;
  /** Lets a token stand for a value. */
  provide<T>(token: Token<T>, value: T): void;
  /**
   * Opens something, which is closed when the application is. A failure rejects
   * with `START_FAILED` and the path, which begins with the feature's key.
   */
  open<T extends AsyncDisposable>(path: string, open: () => Promise<T>): Promise<T>;
}

/** A feature of this application, with its checked configuration. */
export interface PlannedFeature {
  readonly feature: Feature;
  readonly config: unknown;
  readonly plan: FeaturePlan;
}
