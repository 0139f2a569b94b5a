/**
 * Where the command writes.
 *
 * @module
 */

/** Where the command writes: a stream, or whatever takes text. */
export interface CommandOutput {
  write(text: string): unknown;
}
