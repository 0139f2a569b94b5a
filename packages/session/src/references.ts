/**
 * What crosses by reference, as the session sees it: it carries the numbers, the
 * feature above it knows the objects.
 *
 * @module
 */

/** Something of this end's that leaves as a reference. */
export interface Departure {
  /** What the far end makes of it: a number that both features know. */
  readonly kind: number;
  /** What the far end's feature may want to know beside that, such as a way to whoever really has the thing. Default: nothing. */
  readonly token?: string | undefined;
  /** Counts it as sent and returns its number. Called when the entry is sure to leave. */
  depart(): number;
}

/** A reference of the far end's on its way home: its number, then the path below it. */
export type Homecoming = readonly [reference: number, ...path: string[]];

/** The objects behind the references of one session. */
export interface ReferencePort {
  /**
   * Finds how something crosses: on its way home, as a reference, or, when
   * nothing is returned, not by reference. So many others are to leave with it,
   * and are not counted as sent yet. Throws `LIMIT_EXCEEDED`.
   */
  pack(value: object, hasMethods: boolean, departing: number): Departure | Homecoming | undefined;
  /** Finds or makes the proxy of a reference that arrived, perhaps with a token, and counts the arrival. Throws `LIMIT_EXCEEDED`. */
  arrive(reference: number, kind: number, token?: string): object;
  /** Finds what came home. Throws when it is no longer there. */
  home(reference: number, path: readonly string[]): unknown;
  /** Takes back so many of the times that something was sent. */
  released(reference: number, count: number): void;
}
