/**
 * Which object a client reaches: one for all, one each, or one a call.
 *
 * @module
 */

import { type Peer, type Session, toError } from "@fourwire/session";
import { Operation, ROOT } from "./operation.ts";
import { isThenable } from "./thenable.ts";

/**
 * Which object a client reaches. From Pyro5's instance modes.
 *
 * - `single`: the same for every client.
 * - `session`: one for each client, made at its first call, disposed when it leaves.
 * - `percall`: one for each call, disposed when that has answered.
 */
export type InstanceMode = "single" | "session" | "percall";

/** What a factory is told. */
export interface InstanceContext {
  /** The client that the object is for; absent for one that is for all. */
  readonly peer: Peer | undefined;
  /** Aborts when the object is done with: its client has left, its call has answered, or the server stopped. */
  readonly signal: AbortSignal;
}

/** Makes an object to be served. What it throws rejects the call that needed the object. */
export type InstanceFactory<Object extends object = object> = (
  context: InstanceContext,
) => Object | PromiseLike<Object>;

/** What makes an instance. */
export interface InstanceMaking {
  readonly factory: InstanceFactory;
  /** Returns what stands for an object that is served as a root. Throws when it cannot be. */
  admit(object: object): object;
  onError(error: unknown): void;
}

/** What the objects of one client are made with. */
export interface InstancesOptions extends InstanceMaking {
  readonly mode: "session" | "percall";
  readonly session: Session;
}

/** An object that a factory made. */
export interface Instance {
  /** What stands for it. */
  readonly root: object;
  /** Disposes of it, once. Never rejects. */
  dispose(): Promise<void>;
}

/** Makes one object and knows how to dispose of it. Rejects with what the factory throws. */
export async function createInstance(
  peer: Peer | undefined,
  { factory, admit, onError }: InstanceMaking,
): Promise<Instance> {
  const over = new AbortController();
  const object = await factory({ peer, signal: over.signal });
  if (typeof object !== "object" || object === null) {
    throw new TypeError(
      `serve: the factory gave ${object === null ? "null" : `a ${typeof object}`}; expected an object`,
    );
  }
  let done: Promise<void> | undefined;
  const dispose = async (): Promise<void> => {
    over.abort(new DOMException("The object is done with", "AbortError"));
    await disposeObject(object);
  };
  const disposeOnce = (): Promise<void> => {
    done ??= dispose().catch((error: unknown) => onError(toError(error)));
    return done;
  };
  try {
    return { root: admit(object), dispose: disposeOnce };
  } catch (error) {
    await disposeOnce();
    throw error;
  }
}

/** The objects of one client. */
export class Instances {
  readonly #options: InstancesOptions;
  /** Those that signals are connected to although their call has answered, by subscription. */
  readonly #listening = new Map<unknown, Instance>();
  /** What is being disposed of. */
  readonly #ending = new Set<Promise<void>>();
  #own: Promise<Instance> | undefined;
  /** The client's own, once it is there: then calls run in the turn in which they arrive. */
  #ready: Instance | undefined;
  #isOver = false;

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** What stands for the client's own object, once that is there. */
  get current(): object | undefined {
    return this.#ready?.root;
  }

  /** Runs an operation on the root that it is for. */
  run(target: unknown, args: readonly unknown[], use: (root: object | undefined) => unknown): unknown {
    const operation: unknown = Array.isArray(target) ? target[0] : Operation.CALL;
    if (Array.isArray(target) && target[1] !== ROOT) return use(undefined);
    if (this.#options.mode === "session") return this.#ready ? use(this.#ready.root) : this.#useOwn(use);
    if (operation === Operation.CONNECT) return this.#connect(args[0], use);
    if (operation === Operation.DISCONNECT) return this.#disconnect(args[0], use);
    return this.#useOnce(use);
  }

  /** Disposes of all that was made: the client is gone. Never rejects. */
  async end(): Promise<void> {
    this.#isOver = true;
    if (this.#ready) void this.#dispose(this.#ready);
    for (const instance of this.#listening.values()) void this.#dispose(instance);
    this.#listening.clear();
    await Promise.all(this.#ending);
  }

  async #useOwn(use: (root: object) => unknown): Promise<unknown> {
    this.#own ??= this.#create();
    const own = this.#own;
    try {
      this.#ready = await own;
    } catch (error) {
      // The next call tries again.
      if (this.#own === own) this.#own = undefined;
      throw error;
    }
    return await use(this.#ready.root);
  }

  async #useOnce(use: (root: object) => unknown): Promise<unknown> {
    const instance = await this.#create();
    let isStreaming = false;
    try {
      const result = await use(instance.root);
      isStreaming = isAsyncIterable(result);
      return isAsyncIterable(result) ? this.#streamOf(result, instance) : result;
    } finally {
      if (!isStreaming) await this.#dispose(instance);
    }
  }

  /** Reads a stream whose call is over when it is; one that nobody reads ends with the session. */
  #streamOf(items: AsyncIterable<unknown>, instance: Instance): AsyncIterable<unknown> {
    this.#listening.set(instance, instance);
    const end = (): Promise<void> => this.#letGo(instance);
    return {
      [Symbol.asyncIterator]: () => withEnd(items[Symbol.asyncIterator](), end),
    };
  }

  async #connect(subscription: unknown, use: (root: object) => unknown): Promise<unknown> {
    const instance = this.#listening.get(subscription) ?? (await this.#create());
    this.#listening.set(subscription, instance);
    try {
      return await use(instance.root);
    } catch (error) {
      await this.#letGo(subscription);
      throw error;
    }
  }

  async #disconnect(subscription: unknown, use: (root: object) => unknown): Promise<unknown> {
    const instance = this.#listening.get(subscription);
    if (!instance) return undefined;
    try {
      return await use(instance.root);
    } finally {
      await this.#letGo(subscription);
    }
  }

  /** Makes one object; the client may be gone by the time that it is there. */
  async #create(): Promise<Instance> {
    const instance = await createInstance(this.#options.session.peer, this.#options);
    if (this.#isOver) await this.#dispose(instance);
    return instance;
  }

  async #letGo(key: unknown): Promise<void> {
    const instance = this.#listening.get(key);
    this.#listening.delete(key);
    if (instance) await this.#dispose(instance);
  }

  #dispose(instance: Instance): Promise<void> {
    const done = instance.dispose().finally(() => this.#ending.delete(done));
    this.#ending.add(done);
    return done;
  }
}

async function disposeObject(object: object): Promise<void> {
  const later: unknown = Reflect.get(object, Symbol.asyncDispose);
  const dispose: unknown = typeof later === "function" ? later : Reflect.get(object, Symbol.dispose);
  const done: unknown = typeof dispose === "function" ? Reflect.apply(dispose, object, []) : undefined;
  if (isThenable(done)) await done;
}

function withEnd(items: AsyncIterator<unknown>, end: () => Promise<void>): AsyncIterator<unknown> {
  const settle = async (step: Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> => {
    try {
      const result = await step;
      if (result.done) await end();
      return result;
    } catch (error) {
      await end();
      throw error;
    }
  };
  return {
    next: () => settle(items.next()),
    return: (value) => settle(items.return?.(value) ?? Promise.resolve({ done: true, value })),
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
