/**
 * Functions by name, with schemas, in one object that servers and callers share.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Schema } from "./schema.ts";

/** One function of a contract. */
export interface ContractFunction {
  /** Checks the arguments, as one array: a tuple. */
  readonly input: Schema<unknown, readonly unknown[]>;
  /** Checks the result. */
  readonly output: Schema<unknown>;
  /** The names of the parameters in order, for callers that pass arguments by name. */
  readonly parameters?: readonly string[] | undefined;
}

/** The functions of a contract by name. */
export type ContractFunctions = Readonly<Record<string, ContractFunction>>;

/** Functions that are served together under one name. */
export class Contract<Functions extends ContractFunctions> {
  readonly name: string;
  readonly functions: Functions;

  constructor(name: string, functions: Functions) {
    this.name = name;
    this.functions = functions;
  }

  /** Names a function as servers and callers do. */
  nameOf(fn: string): string {
    return `${this.name}.${fn}`;
  }
}

/** What implements a contract. */
export type Implementation<Functions extends ContractFunctions> = {
  readonly [Name in keyof Functions]: (
    ...args: ArgumentsOut<Functions[Name]>
  ) =>
    | StandardSchemaV1.InferInput<Functions[Name]["output"]>
    | Promise<StandardSchemaV1.InferInput<Functions[Name]["output"]>>;
};

/** A function of a contract as callers see it. */
export type ContractSignature<Fn extends ContractFunction> = (
  ...args: ArgumentsIn<Fn>
) => StandardSchemaV1.InferOutput<Fn["output"]>;

type ArgumentsIn<Fn extends ContractFunction> = AsArguments<StandardSchemaV1.InferInput<Fn["input"]>>;
type ArgumentsOut<Fn extends ContractFunction> = AsArguments<StandardSchemaV1.InferOutput<Fn["input"]>>;
type AsArguments<Args> = Args extends readonly unknown[] ? [...Args] : never;

/**
 * Defines a contract.
 *
 * @example
 * ```ts
 * const Calculator = defineContract("calculator", {
 *   add: { input: z.tuple([z.number(), z.number()]), output: z.number() },
 * });
 * ```
 */
export function defineContract<const Functions extends ContractFunctions>(
  name: string,
  functions: Functions,
): Contract<Functions> {
  return new Contract(name, functions);
}
