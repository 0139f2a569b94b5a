/**
 * What may be reached, as those who serve it ask.
 *
 * @module
 */

/**
 * What a name leads to. Through what is `plain`, a field or a collection, only
 * plain data may leave; what an object's own code gives, it gives.
 */
export type Member =
  | {
      readonly kind: "method";
      readonly plain: boolean;
      readonly arity: number;
      call(args: readonly unknown[]): unknown;
    }
  | {
      readonly kind: "property";
      readonly plain: boolean;
      get(): unknown;
      readonly set: ((value: unknown) => unknown) | undefined;
      /** Whether it is known to be a signal without reading it. */
      readonly isSignal?: boolean | undefined;
    }
  /** A key that a plain object does not have yet. */
  | { readonly kind: "absent"; set(value: unknown): void };

/** Finds what a name from outside leads to: by the exposure rules, or by a contract. */
export interface Rules {
  /** Finds a member of an object by name, without running any of its code. */
  member(owner: object, name: string): Member | undefined;
  /** Lists the names that `member` finds on an object. */
  names(owner: object): string[];
  /** Returns a value that is plain data all through. Throws `NOT_SERIALIZABLE` for one that holds something else. */
  requirePlain(value: unknown, name: string): unknown;
  /** Says whether a value is plain data: what crosses by value. */
  isData(value: unknown): boolean;
  /** Says whether an object is an instance of one of the platform's own classes, a function apart. */
  isBuiltIn(value: object): boolean;
  /** Whether what is asked of a proxy of another process's object is handed on to there, where its rules hold. */
  readonly relays: boolean;
  /** Returns the object that one stands for which was sent in its place. */
  unwrap(value: object): object;
}
