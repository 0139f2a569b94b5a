/**
 * The result of a remote call before it is here: a promise of it, and the way to
 * its members.
 *
 * @module
 */

import { OutgoingCall, PromisedCall, type Session } from "@fourwire/session";
import { ProxyError } from "./errors.ts";
import { Operation } from "./operation.ts";
import { readMember, refuseAssignment } from "./remote.ts";
import { findNode, forgo, NODE, type RemoteNode, type ResultPlace } from "./remote-node.ts";

/** Calls what a node points at and makes the promise of the result. What keeps the call from leaving rejects it. */
export function createResult(session: Session, called: RemoteNode, args: readonly unknown[]): Promise<unknown> {
  return new RemoteResult(new Answer(session, called), args);
}

/**
 * A call and its answer.
 *
 * It knows whether the result is awaited, used as a path, or both: what is only
 * a path stays at the far end.
 */
class Answer extends OutgoingCall implements ResultPlace {
  readonly #session: Session;
  readonly #called: RemoteNode;
  #resolve: (value: unknown) => void = ignore;
  #reject: (error: unknown) => void = ignore;
  #promise: Promise<unknown> | undefined;
  #isKept = false;
  #isAwaited = false;
  /** Whether it came here as a path only, and was let go of. */
  #isSpent = false;

  constructor(session: Session, called: RemoteNode) {
    super(undefined, called.options);
    this.#session = session;
    this.#called = called;
  }

  /** Where the result is, for what is below it. */
  get node(): RemoteNode {
    const { endpoint, options } = this.#called;
    const nothing = { imported: undefined, kind: undefined, close: undefined };
    return { ...nothing, endpoint, options, reference: Number.NaN, result: this, path: [], isResolved: false };
  }

  get label(): string {
    const { result, path } = this.#called;
    return `${[...(result ? [result.label] : []), ...path].join(".")}()`;
  }

  /** Makes the call; its promise is settled by two functions. */
  begin(args: readonly unknown[], resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#called.endpoint.start(this, this.#called, args);
  }

  /** Notes the promise, which exists only after the call was made. */
  belongTo(promise: Promise<unknown>): void {
    this.#promise = promise;
  }

  /** Notes that somebody waits for the result. Throws `NOT_KEPT` when it was let go of. */
  await(): void {
    if (this.#isAwaited) return;
    if (this.#isSpent) throw this.#notKept();
    this.#isAwaited = true;
    if (this.#isKept) this.#ask();
  }

  resolve(value: unknown): void {
    // A kept call's own answer says only that it has ended.
    if (!this.#isKept) this.#resolve(value);
  }

  reject(error: unknown): void {
    if (!this.#isKept) this.#reject(error);
  }

  keep(): number | undefined {
    if (this.#isSpent || (this.#isKept && this.#isOver)) throw this.#notKept();
    if (!this.#isKept) {
      if (!this.#session.keep(this)) return undefined;
      this.#isKept = true;
      if (this.#isAwaited) this.#ask();
    }
    return -this.id;
  }

  async afterwards(use: (result: unknown) => unknown): Promise<unknown> {
    const isOnlyPath = !this.#isOver;
    const result = await this.#arrival();
    const answer = use(result);
    if (isOnlyPath && !this.#isAwaited && !this.#isSpent) {
      this.#isSpent = true;
      const node = findNode(result);
      if (node) forgo(node);
    }
    return await answer;
  }

  #arrival(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#promise) awaitNatively(this.#promise, resolve, reject);
    });
  }

  /** Whether the turn of the call is over. */
  get #isOver(): boolean {
    return this.turn !== this.#session.turn;
  }

  /** Has the kept result sent after all. */
  #ask(): void {
    try {
      if (this.#isOver) throw this.#notKept();
      const target = [Operation.RESULT, -this.id];
      this.#session.start(new PromisedCall(target, this.options, this.#resolve, this.#reject), []);
    } catch (error) {
      this.#reject(error);
    }
  }

  #notKept(): ProxyError {
    const message = `The result of ${this.label} was only used as a path in the turn of the call, so it is gone: await it in that turn to keep it`;
    return new ProxyError("NOT_KEPT", message);
  }
}

type Callback = ((value: unknown) => unknown) | null | undefined;

const nativeThen: (this: Promise<unknown>, onFulfilled: Callback, onRejected: Callback) => Promise<unknown> =
  Promise.prototype.then;

/** A promise whose unknown members are those of the object that it is a promise of. */
class RemoteResult extends Promise<unknown> {
  readonly #answer: Answer;

  constructor(answer: Answer, args: readonly unknown[]) {
    super((resolve, reject) => answer.begin(args, resolve, reject));
    this.#answer = answer;
    answer.belongTo(this);
  }

  /** What is made from it is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Finds where a result is; nothing for anything else, such as the prototype. */
  static nodeOf(value: unknown): RemoteNode | undefined {
    return typeof value === "object" && value !== null && #answer in value ? value.#answer.node : undefined;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and must know whether somebody waits for it.
  override then<Fulfilled = unknown, Rejected = never>(
    onFulfilled?: ((value: unknown) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    try {
      this.#answer.await();
    } catch (error) {
      return Promise.reject(error).then(onFulfilled, onRejected);
    }
    // Called through `call`, it has lost its type.
    return nativeThen.call(this, onFulfilled, onRejected) as Promise<Fulfilled | Rejected>;
  }

  // Its own, as what is not would be looked for at the far end.
  override catch<Rejected = never>(
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<unknown> {
    return this.then(undefined, onRejected);
  }

  override finally(onSettled?: (() => void) | null): Promise<unknown> {
    return Reflect.apply(Promise.prototype.finally, this, [onSettled]);
  }
}

/** Finds the members of results: it stands behind their prototype, where names end up that no promise has. */
const members: ProxyHandler<object> = {
  get(target, name, receiver) {
    const node = RemoteResult.nodeOf(receiver);
    if (!node) return Reflect.get(target, name);
    if (name === NODE) return node;
    return name === Symbol.toStringTag ? "Promise" : readMember(node, name);
  },
  set(_target, name, value, receiver) {
    const node = RemoteResult.nodeOf(receiver);
    if (typeof name === "symbol") makePlace(name);
    if (!node || typeof name === "symbol") return Reflect.defineProperty(receiver, name, hiddenField(value));
    return refuseAssignment(node, name);
  },
};

Object.setPrototypeOf(RemoteResult.prototype, new Proxy(Object.create(Promise.prototype), members));

/** The most symbols that results have places for. */
const MAX_PLACES = 16;

/**
 * Makes a place for a symbol in all results.
 *
 * The platform marks every promise with the same few symbols of its own while
 * contexts are followed; with a place for each it need not come by here again.
 */
function makePlace(name: symbol): void {
  const { prototype } = RemoteResult;
  if (name === NODE || name in Promise.prototype) return;
  if (Object.getOwnPropertySymbols(prototype).length < MAX_PLACES)
    Reflect.defineProperty(prototype, name, hiddenField(undefined));
}

function hiddenField(value: unknown): PropertyDescriptor {
  return { value, writable: true, configurable: true, enumerable: false };
}

/** Waits for a promise without its own `then`, which would take it for awaited by its user. */
function awaitNatively(
  promise: Promise<unknown>,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  void nativeThen.call(promise, resolve, reject);
}

function ignore(): void {}
