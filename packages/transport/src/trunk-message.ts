/**
 * What the two ends of a trunk say to each other beside the users' messages.
 *
 * @module
 */

/** The version of this exchange, which each end's first message carries. */
export const TRUNK_VERSION = 1;

/** The longest address and the longest reason, in UTF-16 units. */
export const MAX_TRUNK_TEXT = 1_024;

/**
 * A message about a channel.
 *
 * `id` is positive in what the end that opened the channel says, and negative
 * in what the other end says, so both ends number channels without asking.
 */
export type TrunkControl =
  | { readonly kind: "hello"; readonly version: number }
  | { readonly kind: "open"; readonly id: number; readonly address: string }
  | { readonly kind: "accept"; readonly id: number }
  | { readonly kind: "refuse"; readonly id: number; readonly reason: string }
  /** Nothing follows from this end; with a reason when the channel broke here. The other end answers with the same. */
  | { readonly kind: "end"; readonly id: number; readonly reason: string };

/** The number that stands for the users' messages. */
export const TRUNK_DATA = 4;

const KINDS = ["hello", "open", "accept", "refuse", undefined, "end"] as const;

/** A control message as a number, an id (of `hello`: the version) and a text. */
export type TrunkParts = readonly [kind: number, id: number, text: string];

/** Takes a control message apart. */
export function partsOf(control: TrunkControl): TrunkParts {
  const kind = KINDS.indexOf(control.kind);
  switch (control.kind) {
    case "hello":
      return [kind, control.version, ""];
    case "open":
      return [kind, control.id, control.address];
    case "accept":
      return [kind, control.id, ""];
    default:
      return [kind, control.id, control.reason.slice(0, MAX_TRUNK_TEXT)];
  }
}

/** Puts a control message together; `undefined` is what no end of a trunk sends. */
export function controlOf(kind: unknown, id: unknown, text: unknown): TrunkControl | undefined {
  if (typeof kind !== "number" || !isId(id) || typeof text !== "string" || text.length > MAX_TRUNK_TEXT)
    return undefined;
  const name = KINDS[kind];
  switch (name) {
    case "hello":
      return { kind: name, version: id };
    case "open":
      return { kind: name, id, address: text };
    case "accept":
      return { kind: name, id };
    case "refuse":
    case "end":
      return { kind: name, id, reason: text };
    default:
      return undefined;
  }
}

/** Says whether a value numbers a channel: a 32-bit integer other than 0. */
export function isId(value: unknown): value is number {
  return typeof value === "number" && value !== 0 && (value | 0) === value;
}
