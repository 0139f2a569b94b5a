/**
 * An instance whose methods are connected to a bus.
 *
 * @module
 */

import type { EventSource } from "./event-source.ts";

/** Which methods of an instance listen, and to what. */
export type MethodEvents<Instance extends object> = {
  readonly [Name in keyof Instance]?: Instance[Name] extends (event: infer Event, ...rest: never[]) => unknown
    ? EventSource<Event>
    : never;
};

/** What connects an instance; closing it undoes all of it. */
export class Binding implements AsyncDisposable {
  readonly #connections: AsyncDisposable[] = [];

  /** Connects one after the other. Undoes what there is when one fails. */
  async connect(steps: Iterable<() => Promise<AsyncDisposable>>): Promise<this> {
    try {
      for (const step of steps) this.#connections.push(await step());
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** The number of subscriptions and served functions. */
  get size(): number {
    return this.#connections.length;
  }

  /** Disconnects the instance. Safe to call twice. */
  async close(): Promise<void> {
    await Promise.all(this.#connections.splice(0).map((connection) => connection[Symbol.asyncDispose]()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
