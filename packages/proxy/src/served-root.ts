/**
 * What the clients of one server start at.
 *
 * @module
 */

import type { Session } from "@fourwire/session";
import type { Contract } from "./contract.ts";
import { checkKept } from "./contract-check.ts";
import { ContractRules } from "./contract-rules.ts";
import { Exposure, type ExposureOptions } from "./exposure.ts";
import { createInstance, type Instance, type InstanceFactory, type InstanceMode, Instances } from "./instances.ts";
import type { Rules } from "./rules.ts";

/** How a root is served. */
export interface ServedRootOptions extends ExposureOptions {
  readonly contract?: Contract | undefined;
  readonly instance?: InstanceMode | undefined;
}

/** What the clients of one server start at. */
export interface ServedRoot {
  readonly root: object;
  readonly exposure: Rules;
  /** Makes the objects of one client, where each has its own. */
  instancesOf(session: Session): Instances | undefined;
  /** Disposes of what a factory made. Never rejects. */
  end(): Promise<void>;
}

/** What stands for a root that is another for each client. */
const NO_ROOT = Object.freeze({});

/**
 * Prepares what is served. Throws a `TypeError` for what cannot be, and what the
 * factory of an object for all throws.
 */
export async function prepareRoot(
  object: object | InstanceFactory,
  options: ServedRootOptions,
  onError: (error: unknown) => void,
): Promise<ServedRoot> {
  const { exposure, admit } = createRules(options, onError);
  const mode = checkMode(object, options.instance);
  if (!isFactory(object))
    return { root: admit(object), exposure, instancesOf: () => undefined, end: async () => undefined };
  const making = { factory: object, admit, onError };
  return mode === "single"
    ? shareOne(await createInstance(undefined, making), exposure)
    : makeMany(mode, making, exposure);
}

function shareOne({ root, dispose }: Instance, exposure: Rules): ServedRoot {
  return { root, exposure, instancesOf: () => undefined, end: dispose };
}

function makeMany(
  mode: "session" | "percall",
  making: Parameters<typeof createInstance>[1],
  exposure: Rules,
): ServedRoot {
  const all = new Set<Instances>();
  return {
    root: NO_ROOT,
    exposure,
    instancesOf(session) {
      const instances = new Instances({ ...making, mode, session });
      all.add(instances);
      void session.closed.then(() => instances.end()).then(() => all.delete(instances));
      return instances;
    },
    async end() {
      await Promise.all([...all].map((instances) => instances.end()));
    },
  };
}

function checkMode(object: unknown, mode: InstanceMode | undefined): InstanceMode {
  const isObject = typeof object === "object" && object !== null;
  if (mode !== undefined && !["single", "session", "percall"].includes(mode)) {
    throw new TypeError(`instance: "${String(mode)}" is none of single, session, percall`);
  }
  if (isFactory(object) && mode) return mode;
  if (isObject && (mode ?? "single") === "single") return "single";
  if (isObject) throw new TypeError(`instance: "${mode}" needs a function that makes the object`);
  const what = object === null ? "null" : `a ${typeof object}`;
  throw new TypeError(`serve: the root is ${what}; expected an object, or a function and an instance mode`);
}

function isFactory(object: unknown): object is InstanceFactory {
  return typeof object === "function";
}

/** Finds the rules, and what stands for a root by them. */
function createRules(
  { contract, expose }: ServedRootOptions,
  report: (error: unknown) => void,
): { readonly exposure: Rules; admit(root: object): object } {
  const exposure = new Exposure(NO_ROOT, { expose });
  if (!contract) return { exposure, admit: (root) => exposure.admit(root) };
  if (expose) throw new TypeError("serve: a contract lists what is reachable; leave expose out");
  const rules = new ContractRules({ exposure, report });
  const admit = (root: object): object => {
    checkKept(root, contract);
    return rules.view(root, contract);
  };
  return { exposure: rules, admit };
}
