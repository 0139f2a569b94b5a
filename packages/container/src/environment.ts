/**
 * The configuration that stands in environment variables.
 *
 * @module
 */

import { type ConfigIssue, invalidConfig } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** Variables as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which variable gives the value at which path. */
export type VariableTable = Readonly<Record<string, readonly string[]>>;

/** The variables that the container reads itself; features may add theirs. */
export const VARIABLES: VariableTable = {
  FOURWIRE_TRANSPORT: ["transport"],
  FOURWIRE_ADDRESS: ["address"],
  FOURWIRE_KEY: ["session", "key"],
  FOURWIRE_REDIS_URL: ["drivers", "redis", "url"],
};

/** The variable that names the configuration file. */
export const CONFIG_VARIABLE = "FOURWIRE_CONFIG";

const PREFIX = "FOURWIRE_";

/**
 * Reads the configuration out of variables. An empty one counts as not set.
 *
 * A variable of Fourwire's that is nearly, but not quite, one of those that are
 * read is an error; what else begins with `FOURWIRE_` belongs to other tools.
 */
export function readEnvironment(environment: Environment, table: VariableTable): Record<string, unknown> {
  checkNames(environment, [...Object.keys(table), CONFIG_VARIABLE]);
  const config: Record<string, unknown> = {};
  for (const [name, path] of Object.entries(table)) {
    const value = environment[name];
    if (value) setAt(config, path, value);
  }
  return config;
}

function checkNames(environment: Environment, known: readonly string[]): void {
  const strangers = Object.keys(environment).filter((name) => name.startsWith(PREFIX) && !known.includes(name));
  const endings = known.map((name) => name.slice(PREFIX.length));
  const issues = strangers.flatMap((name): ConfigIssue[] => {
    const meant = nearest(name.slice(PREFIX.length), endings);
    const message = `unknown variable "${name}"; did you mean "${PREFIX}${meant}"?`;
    return meant === undefined ? [] : [{ path: "", message, source: name }];
  });
  if (issues.length > 0) throw invalidConfig(issues);
}

function setAt(config: Record<string, unknown>, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    config[key] = value;
    return;
  }
  const inner: Record<string, unknown> = { ...Object(config[key]) };
  setAt(inner, rest, value);
  config[key] = inner;
}
