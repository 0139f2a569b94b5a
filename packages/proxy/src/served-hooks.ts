/**
 * Where whoever serves objects takes part in what is done to them.
 *
 * @module
 */

/** What a server is told, and may decide, beside its rules. Hooks must not throw. */
export interface ServedHooks {
  /** Runs one operation on an object: at once, later or in turn. Default: at once. */
  run?(owner: object, operation: () => unknown): unknown;
  /** Called with an instance that a far end had constructed, before it is given. */
  constructed?(instance: object): void;
  /** Called when one far end begins to hold an object or function. */
  given?(value: object): void;
  /** Called when one far end holds an object or function no more: it let go of it, or is gone. */
  released?(value: object): void;
}
