/**
 * A dictionary that keeps its order. As its class has methods, it stays where it was made.
 *
 * @module
 */

export class OrderedDictionary {
  readonly #entries = new Map<string, unknown>();

  get size(): number {
    return this.#entries.size;
  }

  set(key: string, value: unknown): void {
    this.#entries.set(key, value);
  }

  get(key: string): unknown {
    return this.#entries.get(key);
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }

  *[Symbol.iterator](): Generator<[string, unknown]> {
    yield* this.#entries;
  }

  /** Says which process it is in. */
  whereabouts(): number {
    return process.pid;
  }
}
