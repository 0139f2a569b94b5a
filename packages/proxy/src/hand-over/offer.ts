/**
 * What a holder hands over.
 *
 * @module
 */

/** A thing that is handed over: what goes along with it, and what its owner is told when it goes. */
export interface Offer {
  readonly token: string;
  announce(): void;
}
