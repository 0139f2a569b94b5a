/**
 * One configuration out of code, environment and file.
 *
 * @module
 */

import { readConfigFile } from "./config-file.ts";
import { CONFIG_VARIABLE, type Environment, readEnvironment, type VariableTable } from "./environment.ts";
import { invalidConfig } from "./errors.ts";
import { isPlain, valueAt } from "./plain.ts";

/** Where a configuration may come from beside the code. */
export interface SourceOptions {
  /** The environment variables to read; `false` for none. Default: `process.env`. */
  readonly env?: Environment | false | undefined;
  /**
   * The configuration file to read; `false` for none. Default: the one that
   * `FOURWIRE_CONFIG` names, or else `fourwire.config.js` or
   * `fourwire.config.json` in `directory`, if there is one.
   */
  readonly file?: string | false | undefined;
  /** Where the file is looked for. Default: the current directory. */
  readonly directory?: string | undefined;
}

/** The paths at which an object is somebody's own, or only makes sense as a whole. */
const ONE_VALUE =
  /^(transport|transports\.[^.]+|logger|tracing)$|\.(object|credentials|contract|hooks|backend|store|log)$/;

/** A configuration, not yet checked, that knows where its values come from. */
export interface SourcedConfig {
  readonly config: Record<string, unknown>;
  /** Every value as it was found, those that others replaced included. */
  readonly parts: readonly unknown[];
  /** Names the source of what is at a path: `code`, a variable, or a file. */
  sourceOf(path: readonly PropertyKey[]): string;
}

interface Part {
  readonly config: unknown;
  nameOf(path: readonly PropertyKey[]): string;
}

/**
 * Reads all sources. What code says goes before the environment, which goes
 * before the file.
 */
export async function readSources(code: object, options: SourceOptions, table: VariableTable): Promise<SourcedConfig> {
  if (!isPlain(code)) throw invalidConfig([{ path: "", message: "expected an object literal", source: "code" }]);
  const { env = process.env, directory = process.cwd() } = options;
  const environment = env === false ? {} : env;
  const variables = readEnvironment(environment, table);
  const named = options.file ?? environment[CONFIG_VARIABLE];
  const file = named === false ? undefined : await readConfigFile(named || undefined, directory);
  const parts: Part[] = [
    { config: code, nameOf: () => "code" },
    { config: variables, nameOf: (path) => variableOf(path, table) },
    { config: file?.config, nameOf: () => file?.name ?? "" },
  ];
  const config = parts.reduceRight<unknown>((low, { config: high }) => merge(low, high, ""), {});
  return {
    config: isPlain(config) ? config : {},
    parts: parts.map((part) => part.config),
    sourceOf: (path) => sourceOf(path, parts),
  };
}

function sourceOf(path: readonly PropertyKey[], parts: readonly Part[]): string {
  const part = parts.find(({ config }) => valueAt(config, path) !== undefined);
  if (part) return part.nameOf(path);
  // What is missing is missing where its surroundings are.
  return path.length === 0 ? "code" : sourceOf(path.slice(0, -1), parts);
}

function variableOf(path: readonly PropertyKey[], table: VariableTable): string {
  const found = Object.entries(table).find(([, at]) => path.every((key, index) => at[index] === key));
  return found?.[0] ?? "environment";
}

/** Puts one configuration over another, object by object, save what counts as one value. */
function merge(low: unknown, high: unknown, path: string): unknown {
  if (high === undefined) return low;
  if (!isPlain(low) || !isPlain(high) || ONE_VALUE.test(path)) return high;
  const keys = new Set([...Object.keys(low), ...Object.keys(high)]);
  const merged = (key: string): unknown =>
    merge(valueAt(low, [key]), valueAt(high, [key]), path ? `${path}.${key}` : key);
  // Own entries only, so that a key such as "__proto__" stays a key, and is refused as one.
  return Object.fromEntries([...keys].map((key) => [key, merged(key)]));
}
