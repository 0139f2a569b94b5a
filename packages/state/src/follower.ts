/**
 * The replica that a state keeps, and those who look at it.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import { StateError } from "./errors.ts";
import { hashOf } from "./hash.ts";
import type { Link } from "./link.ts";
import { Request } from "./protocol.ts";
import { Replica } from "./replica.ts";
import type { RequestOptions } from "./state-options.ts";
import type { UpdateBase } from "./update.ts";

/** How a selection of the replica is watched, in the shape that zustand's users know. */
export interface SubscribeOptions<Selected> {
  /** Says whether two selections are the same. Default `Object.is`. */
  readonly equals?: ((selected: Selected, previous: Selected) => boolean) | undefined;
  /** Whether the listener is called at once, too. Default false. */
  readonly immediate?: boolean | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** Keeps one replica as long as somebody follows. */
export class Follower {
  readonly #link: Link;
  readonly #onError: (error: Error) => void;
  #replica: Replica | undefined;
  #followers = 0;

  constructor(link: Link, onError: (error: Error) => void) {
    this.#link = link;
    this.#onError = onError;
  }

  /** The replica. Throws `NOT_FOLLOWED`. */
  get replica(): Replica {
    if (this.#replica && this.#replica.revision >= 0) return this.#replica;
    throw new StateError("NOT_FOLLOWED", "There is no replica of this state here: await follow() first");
  }

  /** The values that an update may start from: those of the replica, if it has seen all that this client has. */
  get base(): UpdateBase | undefined {
    const replica = this.#replica;
    if (!replica || replica.revision < this.#link.seen || replica.epoch !== this.#link.epoch) return undefined;
    return { values: replica.view, revision: replica.revision };
  }

  /** Follows, with everybody else who does, until the result is disposed. */
  async follow(signal: AbortSignal | undefined): Promise<AsyncDisposable> {
    // One that failed, because its namespace was deleted for example, may be possible now.
    if (!this.#replica || this.#replica.over) this.#replica = new Replica(this.#link);
    this.#followers += 1;
    let left = false;
    const leave = async (): Promise<void> => {
      if (left) return;
      left = true;
      this.#followers -= 1;
      if (this.#followers === 0) await this.close();
    };
    try {
      await this.#replica.ready(signal);
    } catch (error) {
      await leave();
      throw error;
    }
    return { [Symbol.asyncDispose]: leave };
  }

  /** Waits until a function is true of the values. Keys of its own have a replica of their own. */
  async until(
    test: (values: Values) => boolean,
    keys: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<Values> {
    if (this.#replica && !keys) return await untilTrue(this.#replica, test, signal);
    await using own = new Replica(this.#link, { keys });
    return await untilTrue(own, test, signal);
  }

  /** Waits until the replica, if there is one, is at a revision. */
  async caughtUp(revision: number, signal: AbortSignal): Promise<void> {
    const replica = this.#replica;
    await replica?.when(() => (replica.revision >= revision ? true : undefined), signal);
  }

  subscribe<Selected>(
    selector: (values: Values) => Selected,
    listener: (selected: Selected, previous: Selected) => void,
    { equals = Object.is, immediate = false }: SubscribeOptions<Selected> = {},
  ): () => void {
    const { replica } = this;
    let previous = selector(replica.view);
    const look = (): void => {
      const selected = selector(replica.view);
      if (equals(selected, previous)) return;
      const before = previous;
      previous = selected;
      listener(selected, before);
    };
    // What a listener throws must not keep the others from being told.
    const changed = (): void => {
      try {
        look();
      } catch (error) {
        this.#onError(toError(error));
      }
    };
    if (immediate) listener(previous, previous);
    // Whoever closes it knows that it is over; of everything else nobody hears but here.
    const ended = (error: unknown): void => {
      if (this.#replica === replica) this.#onError(toError(error));
    };
    return replica.listen({ changed, ended });
  }

  /** Compares the replica's values with the authority's of the same revision. */
  async verify(options?: RequestOptions): Promise<boolean> {
    const { replica } = this;
    const { view, revision } = replica;
    const [, hash] = await this.#link.read(Request.HASH, [revision], options);
    return hash === hashOf(view);
  }

  async close(): Promise<void> {
    const replica = this.#replica;
    this.#replica = undefined;
    this.#followers = 0;
    await replica?.close();
  }
}

function untilTrue(replica: Replica, test: (values: Values) => boolean, signal: AbortSignal): Promise<Values> {
  return replica.when(() => (test(replica.view) ? replica.view : undefined), signal);
}
