/**
 * How many hostile inputs each of the fuzzing suites makes up.
 *
 * @module
 */

import { sized } from "./size.ts";

/** Inputs to a decoder are cheap, those to a server take a connection each. */
export const HOSTILE_RUNS = {
  "bytes to the scan": sized(20_000, 400_000),
  "changed JSON to the decoder": sized(10_000, 300_000),
  "nonsense in JSON to the decoder": sized(15_000, 300_000),
  "bytes to a server": sized(8_000, 80_000),
  "changed messages to a server": sized(10_000, 80_000),
  "nonsense to a server": sized(10_000, 80_000),
  "streams to a server": sized(10_000, 80_000),
  "changed JSON to a server": sized(8_000, 80_000),
  "openings of a server": sized(8_000, 80_000),
  "proofs to a server": sized(4_000, 40_000),
} as const;

/** The time that one of these suites may take, on a busy machine, too. */
export const HOSTILE_TIMEOUT_MS: number = sized(120_000, 1_800_000);
