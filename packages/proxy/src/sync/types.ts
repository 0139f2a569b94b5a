/**
 * The static face of a remote object whose answers are waited for.
 *
 * @module
 */

import type { SignalLike, Slot } from "../signal.ts";
import type { AnyFunction, Collection, HasMethod, HiddenName, Leaf, SignalArguments } from "../types.ts";
import type { ConnectSlotSyncOptions } from "./sync-signals.ts";

/** The key under which a proxy's type, and nothing at run time, keeps the type that it stands for. */
declare const SYNC_ORIGIN: unique symbol;

/** Whatever stands for an object of this type, synchronously. */
export interface RemoteSyncOf<Object> {
  readonly [SYNC_ORIGIN]?: Object;
}

/**
 * An object that lives in another process, used as if it lived here.
 *
 * Methods return what they return there, or what their promise resolves with;
 * properties are read and written as they are, `readonly` ones only read.
 */
export type RemoteSync<Object> = RemoteSyncFields<Object> & RemoteSyncOf<Object>;

/** The members of an object, with their modifiers. */
type RemoteSyncFields<Object> = {
  [Name in keyof Object as Name extends HiddenName ? never : Name]: RemoteSyncMember<Object[Name]>;
};

/**
 * A member of a remote object.
 *
 * The arms go from what would also match a later one: a signal is an object, a
 * method too.
 */
export type RemoteSyncMember<Value> =
  // A signal, whose slots live here.
  [Value] extends [SignalLike<infer _>]
    ? RemoteSyncSignal<SignalArguments<Value>>
    : // A method.
      [Value] extends [AnyFunction]
      ? RemoteSyncMethod<Value>
      : // Everything else is read.
        ReceivedSync<Value>;

/**
 * A method of a remote object.
 *
 * Only the last overload is seen, and type parameters become their constraints,
 * as TypeScript infers them.
 */
export type RemoteSyncMethod<Method> = Method extends (...args: infer Args) => infer Result
  ? (...args: Args) => ReceivedSync<Awaited<Result>>
  : never;

/**
 * What a value is once it has crossed.
 *
 * The arms go from what would also match a later one: a web stream is an async
 * iterable, which has methods, as a map does.
 */
export type ReceivedSync<Value> =
  // Plain values.
  Value extends Leaf
    ? Value
    : // A promise is waited for.
      Value extends PromiseLike<infer Result>
      ? ReceivedSync<Result>
      : // A web stream stays one.
        Value extends ReadableStream<infer Item>
        ? ReadableStream<Item>
        : // Any other stream can be read once.
          Value extends AsyncIterable<infer Item>
          ? AsyncIterableIterator<Item, undefined>
          : // A function stays where it is.
            Value extends AnyFunction
            ? RemoteSyncMethod<Value> & Disposable
            : // A collection crosses whole.
              Value extends Collection
              ? Value
              : // An object with methods stays where it is.
                HasMethod<Value> extends true
                ? RemoteSync<Value> & Disposable
                : Value;

/** A signal of a remote object. */
export interface RemoteSyncSignal<Args extends readonly unknown[]> {
  /**
   * Connects a slot; when it returns, the very next emission is sure to reach it,
   * in a later turn of the event loop. Disposing what it returns disconnects it.
   */
  connect(slot: Slot<Args>, options?: ConnectSlotSyncOptions): Disposable;
  /** Disconnects a slot, or every slot of this connection when none is given. */
  disconnect(slot?: Slot<Args>): void;
}
