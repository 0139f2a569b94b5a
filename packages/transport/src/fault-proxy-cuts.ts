/**
 * Cutting connections again and again.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRange } from "./fault-proxy-conditions.ts";
import { checkDelays, drawNumber } from "./fault-proxy-conditions.ts";
import type { WaitOptions } from "./wait-options.ts";

/** How often connections are cut. */
export interface CutsOptions extends WaitOptions {
  /** The time before each cut; the numbers of a range follow from the proxy's seed. */
  readonly everyMs: FaultRange;
}

/** What there is to be cut. */
export interface Cuttable {
  /** Waits until both ends of some connection are there. Rejects when the signal aborts. */
  linked(signal: AbortSignal): Promise<void>;
  /** Resets every connection. Returns how many there were. */
  cut(): number;
}

/** Cuts as often as asked, each time something. Rejects with the reason of either signal. */
export async function cutRepeatedly(
  cuttable: Cuttable,
  count: number,
  { everyMs, signal }: CutsOptions,
  { closing, roll }: { readonly closing: AbortSignal; readonly roll: () => number },
): Promise<void> {
  if (!(Number.isSafeInteger(count) && count >= 0)) throw new TypeError("count is a whole number, 0 or more");
  const range = checkDelays("everyMs", everyMs);
  const ending = signal ? AbortSignal.any([closing, signal]) : closing;
  try {
    for (let left = count; left > 0; ) {
      ending.throwIfAborted();
      await cuttable.linked(ending);
      await sleep(drawNumber(range, roll), undefined, { signal: ending });
      if (cuttable.cut() > 0) left -= 1;
    }
  } catch (error) {
    // The waits above reject with errors of their own.
    ending.throwIfAborted();
    throw error;
  }
}
