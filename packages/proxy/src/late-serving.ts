/**
 * What an end serves that connected: a chunk of its own, which a page loads
 * when it hands over its first object, or is first asked for more than to run
 * a function that it gave.
 *
 * @module
 */

import { Exposure } from "./exposure.ts";
import { ServedEnd } from "./served-end.ts";
import type { ServedSide, ServingParts } from "./served-side.ts";

/** What stands where a server has its root: an end that connected has none. */
const NO_ROOT = Object.freeze({});

/** Makes what an end serves that has no root. */
export function serveLate(parts: ServingParts): ServedSide {
  return new ServedEnd(parts, { root: undefined, exposure: new Exposure(NO_ROOT) });
}
