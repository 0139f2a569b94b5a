/**
 * Where in a value its packing is.
 *
 * @module
 */

import { type Outcome, SessionError } from "./errors.ts";

/** The most steps of a path that a message shows. */
const SHOWN_STEPS = 12;

/** The way from the outermost value to the one being packed. It names the place of what does not cross. */
export class Trail {
  readonly #path: (string | number)[] = [];
  readonly #ancestors: object[] = [];
  /** What a refusal says about its call: one whose arguments are refused never leaves; one whose result is refused has run. */
  outcome: Outcome | undefined;

  /** The number of objects around the value being packed. */
  get depth(): number {
    return this.#ancestors.length;
  }

  /** Goes back to the beginning, also after a refusal in the middle. */
  restart(outcome: Outcome | undefined): void {
    // Setting a length costs, and almost always it is 0 already.
    if (this.#path.length > 0) this.#path.length = 0;
    if (this.#ancestors.length > 0) this.#ancestors.length = 0;
    this.outcome = outcome;
  }

  /** Notes where the trail is, and returns how to come back after a refusal. */
  mark(): () => void {
    const steps = this.#path.length;
    const level = this.#ancestors.length;
    return () => {
      this.#path.length = steps;
      this.#ancestors.length = level;
    };
  }

  /** Goes to a member of the current object. */
  step(key: string | number): void {
    this.#path.push(key);
  }

  /** Comes back from a member. */
  back(): void {
    this.#path.pop();
  }

  /** Enters an object. */
  enter(value: object): void {
    this.#ancestors.push(value);
  }

  /** Leaves an object. */
  leave(): void {
    this.#ancestors.pop();
  }

  /** Says whether an object is around the value being packed. */
  isInside(value: unknown): boolean {
    return this.#ancestors.some((ancestor) => ancestor === value);
  }

  /** Builds the error of a value of a kind that does not cross. */
  refused(what: string): SessionError {
    const message = `${this.#place()} is ${what}, which does not cross by value`;
    return new SessionError("NOT_SERIALIZABLE", message, { outcome: this.outcome });
  }

  /** Builds the error of a value beyond a limit. */
  exceeded(limit: string, value: number): SessionError {
    const message = `${this.#place()} exceeds ${limit}, ${value}`;
    return new SessionError("LIMIT_EXCEEDED", message, { outcome: this.outcome });
  }

  /** Builds the error of a value that is nested too deep: in itself, or beyond the limit. */
  tooDeep(value: object, maxDepth: number): SessionError {
    if (this.isInside(value)) return this.refused("a reference to one of its own ancestors (a cycle)");
    return this.exceeded("maxDepth", maxDepth);
  }

  #place(): string {
    const shown = this.#path.slice(0, SHOWN_STEPS);
    const path = shown.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
    if (path === "") return "The value";
    return `The value at ${path}${this.#path.length > SHOWN_STEPS ? "…" : ""}`;
  }
}
