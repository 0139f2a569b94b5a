/**
 * What is at a path of a state's type.
 *
 * @module
 */

/** The type of the value at a path; `never` where the type has nothing. */
export type ValueAt<Value, Steps extends readonly unknown[]> = Steps extends readonly [infer First, ...infer Rest]
  ? ValueAt<MemberOf<NonNullable<Value>, First>, Rest>
  : Value;

type MemberOf<Value, Step> =
  // Before objects in general: a Map's members are its entries, not its methods.
  Value extends ReadonlyMap<infer _Key, infer Member>
    ? Member
    : Value extends readonly (infer Member)[]
      ? Member
      : Step extends keyof Value
        ? Value[Step]
        : // An index signature of text takes numbers, too.
          never;

/** The keys of a state's type. */
export type Key<Shape> = keyof Shape & string;

/** The values of a state that nobody may change in place. */
export type View<Value> = Value extends (...args: never[]) => unknown
  ? Value
  : Value extends ReadonlyMap<infer MapKey, infer Member>
    ? ReadonlyMap<MapKey, View<Member>>
    : Value extends ReadonlySet<infer Member>
      ? ReadonlySet<View<Member>>
      : Value extends Date | ArrayBufferView
        ? Value
        : Value extends object
          ? { readonly [Name in keyof Value]: View<Value[Name]> }
          : Value;
