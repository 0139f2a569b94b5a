/**
 * The workers of an application, as its configuration names them.
 *
 * @module
 */

import type { AttachOptions, ServeProcessOptions, SpawnOptions } from "@fourwire/spawner";
import type { PlaceConfig } from "./place.ts";
import type { OpeningOptions, ServingOptions } from "./session-schema.ts";

/** A worker that is started with the application. */
export interface WorkerConfig extends Omit<SpawnOptions, "transport" | "signal" | "tracing"> {
  /**
   * What its objects are reached over in the place of the private link: one of
   * `transports`, or `true` for the application's `transport`. In a test it is the
   * private link, because nobody reaches a memory network from another process.
   * Default: that link.
   */
  readonly transport?: string | true | undefined;
}

/** How the application lets others use its process as a worker. */
export interface ProcessConfig
  extends PlaceConfig,
    Omit<ServingOptions, "key">,
    Pick<ServeProcessOptions, "allow" | "base" | "key" | "dispatcher" | "single" | "object" | "onStop"> {}

/** A worker elsewhere that the application uses. */
export interface AttachConfig extends PlaceConfig, OpeningOptions, Pick<AttachOptions, "lostBecause"> {}

/** The workers of an application. `SPAWNER` starts further ones. */
export interface SpawnerConfig {
  /** Those that are started with it, by name; `workerToken(name)` stands for one. Default: none. */
  readonly workers?: Readonly<Record<string, WorkerConfig>> | undefined;
  /** Lets others use this process; `SERVED_PROCESS` stands for that. Default: nobody may. */
  readonly serve?: ProcessConfig | undefined;
  /**
   * Workers elsewhere, by name; `attachedToken(name)` stands for one. Without an
   * address it is what `serve` serves, if there is that. Default: none.
   */
  readonly attach?: Readonly<Record<string, AttachConfig>> | undefined;
}
