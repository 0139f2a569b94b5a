/**
 * The shapes of frame 0, as numbers: the whole protocol's vocabulary.
 *
 * `docs/wire/native.md` has the same tables for people.
 *
 * @module
 */

/** The version of the protocol that this code speaks. */
export const PROTOCOL_VERSION = 1;

/** The first element of frame 0 when it is not a numbered batch. */
export const CONTROL = 0;

/** The second element of a control message: `[0, kind, …]`. */
export const Control = {
  /** `[0, 1, ack]` */
  ACK: 1,
  /** `[0, 2, hello]` */
  HELLO: 2,
  /** `[0, 3, welcome]` */
  WELCOME: 3,
  /** `[0, 4, number]` */
  PING: 4,
  /** `[0, 5, number]`, the number of the PING */
  PONG: 5,
  /** `[0, 6, code, reason]` */
  BYE: 6,
  /** `[0, 7, challenge]` */
  CHALLENGE: 7,
  /** `[0, 8, proof]` */
  PROOF: 8,
} as const;

/** The first element of an entry in a batch `[seq, ack, kind, field…, kind, field…]`. */
export const Entry = {
  /** `1, id, target, arguments` */
  CALL: 1,
  /** `2, id, target, arguments, options` */
  CALL_WITH: 2,
  /** `3, id, value` */
  RESULT: 3,
  /** `4, id, error` */
  ERROR: 4,
  /** `5, target, arguments` */
  NOTIFY: 5,
  /** `6, id, reason`: the caller no longer wants the answer */
  CANCEL: 6,
  /** `7, id, index, reason`: a signal among the arguments aborted */
  ABORT: 7,
  /** `8, stream, bytes, item`: from the producer */
  STREAM_NEXT: 8,
  /** `9, stream`: from the producer */
  STREAM_END: 9,
  /** `10, stream, error`: from the producer */
  STREAM_ERROR: 10,
  /** `11, stream, items, bytes`: from the consumer, who lets so much more be sent */
  STREAM_CREDIT: 11,
  /** `12, stream`: from the consumer, who wants no more */
  STREAM_STOP: 12,
  /** `13, reference, count`: the importer lets go of what it was sent so many times */
  RELEASE: 13,
  /** `14, id, target, arguments`: a call whose result stays where it is made, for calls on it; its answer is empty */
  CALL_KEPT: 14,
  /** `15, id, target, arguments, options` */
  CALL_KEPT_WITH: 15,
  /** `16, id`: the result of a kept call is no longer wanted */
  DROP: 16,
} as const;

/** The number of fields of an entry, its kind included; `undefined` for a kind nobody knows. */
export const ENTRY_LENGTH: readonly (number | undefined)[] = [
  ...[undefined, 4, 5, 3, 3, 3, 3, 4, 4, 2, 3, 4, 2, 3],
  ...[4, 5, 2],
];

/** CBOR tags for what plain CBOR does not carry. They lie in the range that anyone may use. */
export const Tag = {
  /** Content 0: negative zero. */
  NEGATIVE_ZERO: 40_600,
  /** Content `[frame, type]`: a byte value that is frame `frame` of this message; `type` is the CBOR typed-array tag. */
  FRAME: 40_601,
  /** Content `[index, aborted]`: an AbortSignal among a call's arguments. */
  SIGNAL: 40_602,
  /** Content: an error as in `ERROR`. */
  ERROR: 40_603,
  /** Content `[stream, kind]`: an async iterable (kind 0) or a web stream (kind 1) at the sender. */
  STREAM: 40_604,
  /** Content `[reference, kind]`, or `[reference, kind, token]` for what is handed over: something that stays at the sender. */
  REFERENCE: 40_605,
  /** Content `[reference, …path]`: something of the receiver's, come home. */
  HOME: 40_606,
} as const;

/** The lowest and highest of the tags above: a batch without any in between needs no second look. */
export const TAG_RANGE = { first: 40_600, last: 40_615 } as const;

/** The options of `CALL_WITH`, with names of one letter because they travel with the call. */
export interface WireCallOptions {
  /** The time left in ms; absent = no deadline. */
  readonly t?: number;
  /** Metadata. */
  readonly m?: Readonly<Record<string, string>>;
}
