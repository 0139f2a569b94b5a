/**
 * What the parts of a packed value take, never less than they do.
 *
 * @module
 */

import type { WireError } from "./remote-error.ts";

/** Bytes that a number, a tag or a header takes at most. */
export const HEAD_BYTES = 9;
/** What a frame's tag has in it: an array of two numbers. */
export const FRAME_ITEMS = 3;
/** What an error has beside its own fields: an array of six. */
const ERROR_ITEMS = 8;

/** Counts what an error takes, but for the values of its own fields. */
export function costOfError(wire: WireError): { readonly items: number; readonly bytes: number } {
  const keys = Object.keys(wire[4]);
  const texts = [...keys, ...wire].filter((part) => typeof part === "string");
  const bytes = texts.reduce((sum, text) => sum + text.length * 3 + HEAD_BYTES, ERROR_ITEMS * HEAD_BYTES);
  return { items: ERROR_ITEMS + keys.length, bytes };
}
