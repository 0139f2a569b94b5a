/**
 * What `expose` may be given.
 *
 * @module
 */

import { Contract, type ContractFunctions } from "./contract.ts";
import { type ExposeOptions, ServedFunction } from "./exposure.ts";
import { type AnyFunction, isFunction, nameMethodsOf, nameOf } from "./method-names.ts";

/** Reads what is to be served: a name and a function, a function, an object and its method, or a contract. Throws a `TypeError`. */
export function functionsOf(first: unknown, second: unknown, third: unknown): readonly ServedFunction[] {
  if (first instanceof Contract) return contractFunctions(first, second, readOptions(third));
  if (typeof first === "string" && isFunction(second)) return [serve(first, second, undefined, readOptions(third))];
  if (isFunction(first) && !isFunction(second)) return [serve(nameOf(first), first, undefined, readOptions(second))];
  if (typeof first === "object" && first !== null && isFunction(second)) {
    nameMethodsOf(first);
    return [serve(nameOf(second), second, first, readOptions(third))];
  }
  throw new TypeError("expose takes a name and a function, a function, an object and its method, or a contract");
}

function contractFunctions(
  contract: Contract<ContractFunctions>,
  implementation: unknown,
  options: ExposeOptions,
): readonly ServedFunction[] {
  const members = new Map(Object.keys(contract.functions).map((name) => [name, member(implementation, name)]));
  return Object.entries(contract.functions).map(([name, { input, output, parameters }]) => {
    const fn = members.get(name);
    if (!isFunction(fn)) throw new TypeError(`The implementation of "${contract.name}" has no function "${name}"`);
    return serve(contract.nameOf(name), fn, implementation, { parameters, ...options, input, output });
  });
}

function member(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null ? Reflect.get(object, name) : undefined;
}

function serve(name: string, fn: AnyFunction, self: unknown, options: ExposeOptions): ServedFunction {
  return new ServedFunction(name, fn, (args) => Reflect.apply(fn, self, args), options);
}

function readOptions(options: unknown): ExposeOptions {
  if (options === undefined) return {};
  if (typeof options === "object" && options !== null) return options;
  throw new TypeError("The options are an object");
}
