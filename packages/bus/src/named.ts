/**
 * Arguments by name.
 *
 * @module
 */

/** Arguments by name, for a function that was exposed with `parameters`. */
export class NamedArguments {
  readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }
}

/**
 * Passes arguments by name: alone, or behind those by position.
 *
 * @example
 * ```ts
 * await bus.stub("product_remote").one(named({ a: 2, b: 4 }));
 * ```
 */
export function named(values: Readonly<Record<string, unknown>>): NamedArguments {
  return new NamedArguments({ ...values });
}
