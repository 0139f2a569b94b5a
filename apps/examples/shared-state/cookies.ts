/**
 * What the baker and the eater share.
 *
 * @module
 */

/** A jar. */
export interface Jar {
  /** How many cookies were baked. */
  baked: number;
  /** How many of them were eaten. */
  eaten: number;
}
