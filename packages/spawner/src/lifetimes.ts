/**
 * The ends of objects that were made from elsewhere.
 *
 * @module
 */

/** Disposes what was constructed for others once nobody holds it any more, each exactly once. */
export class Lifetimes {
  /** How many far ends, and names, hold each; in the order in which they came into being. */
  readonly #holders = new Map<object, number>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** The number of objects that are waiting for their end. */
  get size(): number {
    return this.#holders.size;
  }

  /** Takes an object whose end is now this one's business. */
  own(object: object): void {
    if (!this.#holders.has(object)) this.#holders.set(object, 0);
  }

  hold(object: object): void {
    const holders = this.#holders.get(object);
    if (holders !== undefined) this.#holders.set(object, holders + 1);
  }

  letGo(object: object): void {
    const holders = this.#holders.get(object);
    if (holders === undefined) return;
    this.#holders.set(object, holders - 1);
    if (holders > 1) return;
    this.#holders.delete(object);
    dispose(object).catch(this.#onError);
  }

  /** Disposes everything, the youngest first, and returns the messages of what failed. */
  async disposeAll(): Promise<string[]> {
    const objects = [...this.#holders.keys()].reverse();
    this.#holders.clear();
    const failures: string[] = [];
    for (const object of objects) {
      try {
        await dispose(object);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    return failures;
  }
}

/** Ends an object in the way it has for that, if it has one. */
async function dispose(object: object): Promise<void> {
  const end: unknown = Reflect.get(object, Symbol.asyncDispose) ?? Reflect.get(object, Symbol.dispose);
  if (typeof end === "function") await Reflect.apply(end, object, []);
}
