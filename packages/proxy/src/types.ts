/**
 * The static face of a remote object.
 *
 * @module
 */

import type { Connection, ConnectSlotOptions } from "./remote-signal.ts";
import type { SignalLike, Slot } from "./signal.ts";

/** Names that are never reachable. */
export type HiddenName = "constructor" | "prototype" | "then" | "catch" | "finally" | `_${string}` | symbol;

/** The reachable names of an object. */
type ReachableName<Object> = Exclude<keyof Object, HiddenName>;

/** A function of any kind. */
export type AnyFunction = (...args: never[]) => unknown;

/** A class of any kind. */
type AnyClass = abstract new (...args: never[]) => unknown;

/** The arguments of a signal. */
export type SignalArguments<Signal> = Signal extends { emit(...args: infer Args): unknown } ? Args : never;

/** What crosses by value and has no members of its own. */
export type Leaf = string | number | bigint | boolean | symbol | null | undefined | Date | Error | RegExp;

/** The key under which a proxy's type, and nothing at run time, keeps the type that it stands for. */
declare const ORIGIN: unique symbol;

/** Whatever stands for an object of this type. */
export interface RemoteOf<Object> {
  readonly [ORIGIN]?: Object;
}

/**
 * An object that lives in another process.
 *
 * Methods return promises; properties are read with `await`; signals connect
 * local slots.
 */
export type Remote<Object> = RemoteFields<Object> & RemoteOf<Object>;

/**
 * A member of a remote object.
 *
 * The arms go from what would also match a later one: a signal is an object, a
 * method too.
 */
export type RemoteMember<Value> =
  // A signal, whose slots live here.
  [Value] extends [SignalLike<infer _>]
    ? RemoteSignal<SignalArguments<Value>>
    : // A method.
      [Value] extends [AnyFunction]
      ? RemoteMethod<Value>
      : // A class.
        [Value] extends [AnyClass]
        ? RemoteClass<Value>
        : // Everything else is read.
          RemoteProperty<Value>;

/**
 * A method of a remote object: what it returns, in a promise whose members are
 * those of the object to come.
 *
 * A method that already promises what it takes and gives by value is the same
 * from here, with its type parameters and overloads. Of any other only the last
 * overload is seen, and type parameters become their constraints, as TypeScript
 * infers them.
 */
export type RemoteMethod<Method> = Method extends (...args: infer Args) => infer Result
  ? IsSame<[Args, Result], [SentAll<Args>, Promise<Received<Awaited<Result>>>]> extends true
    ? Method
    : (...args: SentAll<Args>) => RemoteResult<Awaited<Result>>
  : never;

/** A class of a remote process: its instances are made and stay there. */
export type RemoteClass<Class> = Class extends abstract new (
  ...args: infer Args
) => infer Instance
  ? new (
      ...args: SentAll<Args>
    ) => Promise<Remote<Instance> & Disposable>
  : never;

/** Whether two types are the same as far as each can stand for the other. */
type IsSame<Left, Right> = [Left] extends [Right] ? ([Right] extends [Left] ? true : false) : false;

/** What may be handed over for the parameters of a method. */
type SentAll<Args extends readonly unknown[]> = { [Index in keyof Args]: Sent<Args[Index]> };

/**
 * What may be handed over where a method wants a value: for what crosses by
 * reference also a proxy of it, and a callback that takes what arrives here.
 *
 * The arms go from what would also match a later one.
 */
export type Sent<Value> =
  // Plain values; and what is not typed.
  0 extends 1 & Value
    ? Value
    : Value extends Leaf
      ? Value
      : // A callback is called with what crosses, and may answer later.
        Value extends AnyFunction
        ? Callback<Value>
        : // A list of any of these.
          Value extends readonly unknown[]
          ? SentList<Value>
          : // Other collections and streams cross whole.
            Value extends Collection | AsyncIterable<unknown>
            ? Value
            : // What stays where it is may be here or there.
              HasMethod<Value> extends true
              ? Value | RemoteOf<Value>
              : Value;

/** A list whose elements have places of their own. */
type Tuple = readonly [] | readonly [unknown, ...unknown[]] | readonly [unknown?];

/** A list to hand over. Only a tuple is mapped: the elements of an array may be made of arrays of the same kind, without end. */
type SentList<List extends readonly unknown[]> = List extends Tuple
  ? { [Index in keyof List]: Sent<List[Index]> }
  : List extends unknown[]
    ? Sent<List[number]>[]
    : readonly Sent<List[number]>[];

/** A list that has crossed. One without instances is as it was: its elements may be lists of the same kind, without end. */
type ReceivedList<List extends readonly unknown[]> =
  true extends HoldsInstance<List[number]> ? { [Index in keyof List]: Received<List[Index]> } : List;

/** Whether any of these stays where it is. */
type HoldsInstance<Item> = Item extends Leaf | Collection ? never : HasMethod<Item> extends true ? true : never;

/** A function that the other end calls. */
type Callback<Method> = Method extends (...args: infer Args) => infer Result
  ? (...args: { [Index in keyof Args]: Received<Args[Index]> }) => Sent<Result> | PromiseLike<Sent<Awaited<Result>>>
  : never;

/**
 * The result of a call: a promise of it, on which members of an object to come
 * can be read and called at once, without waiting for it.
 */
export type RemoteResult<Value> = Promise<Received<Value>> &
  ([Value] extends [Leaf | Collection | AsyncIterable<unknown> | AnyFunction] ? unknown : Remote<Value>);

/**
 * What a value is once it has crossed.
 *
 * The arms go from what would also match a later one: a web stream is an async
 * iterable, which has methods, as a map does.
 */
export type Received<Value> =
  // Plain values; and what is not typed, which every arm would match, without end.
  0 extends 1 & Value
    ? Value
    : Value extends Leaf
      ? Value
      : // A list is one of what its elements are then.
        Value extends readonly unknown[]
        ? ReceivedList<Value>
        : // A web stream stays one.
          Value extends ReadableStream<infer Item>
          ? ReadableStream<Received<Item>>
          : // Any other stream can be read once.
            Value extends AsyncIterable<infer Item>
            ? AsyncIterableIterator<Received<Item>, undefined>
            : // A function stays where it is.
              Value extends AnyFunction
              ? RemoteMethod<Value> & Disposable
              : // A class that is given by reference, too.
                Value extends AnyClass
                ? RemoteClass<Value> & Disposable
                : ReceivedObject<Value>;

/** What an object that is no list is once it has crossed. */
type ReceivedObject<Value> =
  // Maps and sets are ones of what is in them.
  Value extends Map<infer Key, infer Item>
    ? Map<Received<Key>, Received<Item>>
    : Value extends Set<infer Item>
      ? Set<Received<Item>>
      : // Other collections cross whole.
        Value extends Collection
        ? Value
        : // An object with methods stays where it is.
          HasMethod<Value> extends true
          ? Remote<Value> & Disposable
          : // Data crosses field by field.
            Value extends object
            ? { [Name in keyof Value]: Received<Value[Name]> }
            : // Nobody knows what it is.
              Value;

/** What crosses by value although it has methods. */
export type Collection =
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | readonly unknown[]
  | ArrayBufferView
  | PromiseLike<unknown>;

/** Whether an object has a method. */
export type HasMethod<Value> = true extends {
  [Name in keyof Value]-?: Value[Name] extends AnyFunction ? true : never;
}[keyof Value]
  ? true
  : false;

/** A property of a remote object: its value when awaited, its own members by name. */
export type RemoteProperty<Value> = UseSetInstead<Received<Value>> & ([Value] extends [Leaf] ? unknown : Remote<Value>);

/** The members of an object. Not `readonly`: the compiler would then say so, instead of what to use. */
type RemoteFields<Object> = { [Name in ReachableName<Object>]: RemoteMember<Object[Name]> };

/**
 * A value at the other end: `await` reads it, `set(proxy, name, value)` writes it.
 *
 * Assigning to it is refused because an assignment could not report a failure;
 * its name is what the compiler says then.
 */
export interface UseSetInstead<Value> extends PromiseLike<Awaited<Value>> {
  catch<Otherwise>(
    onRejected: (reason: unknown) => Otherwise | PromiseLike<Otherwise>,
  ): Promise<Awaited<Value> | Otherwise>;
  finally(onSettled: () => void): Promise<Awaited<Value>>;
}

/** A signal of a remote object. */
export interface RemoteSignal<Args extends readonly unknown[]> {
  /** Connects a slot; resolved means that the very next emission reaches it. */
  connect(slot: Slot<Args>, options?: ConnectSlotOptions): Promise<Connection>;
  /** Disconnects a slot, or every slot of this proxy when none is given. */
  disconnect(slot?: Slot<Args>): Promise<void>;
}

/** The names of properties that can be set: everything that is neither method nor signal. */
export type SettableName<Object> = {
  [Name in ReachableName<Object>]: [Object[Name]] extends [SignalLike<infer _>]
    ? never
    : [Object[Name]] extends [AnyFunction | AnyClass]
      ? never
      : Name;
}[ReachableName<Object>];
