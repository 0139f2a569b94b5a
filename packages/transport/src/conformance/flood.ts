/**
 * What a hostile far end does to a reader that does not read.
 *
 * @module
 */

import { DEFAULT_MAX_INBOX_BYTES } from "../channel.ts";
import type { Meeting } from "./bench.ts";

/** The frames of one message, enough for few messages to do. */
const FRAMES = 4_096;

/** The least that a frame without content counts, so that the flood has an end where it counts nothing. */
const LEAST_BYTES = 32;

/** Sends frames without content that nobody reads until the channel ends, or until it should long have ended. */
export async function floodUnread(
  { near, far }: Meeting,
  maxInboxBytes: number = DEFAULT_MAX_INBOX_BYTES,
): Promise<void> {
  const frames = Array.from({ length: FRAMES }, () => new Uint8Array());
  let isOver = false;
  const over = far.closed.then(() => {
    isOver = true;
  });
  for (let sent = 0; !isOver && sent * LEAST_BYTES <= maxInboxBytes; sent += FRAMES) {
    // The far end tells this one that it broke off, or that there is no way to it any more.
    const isAccepted = await near.send(frames).then(
      () => true,
      () => false,
    );
    if (!isAccepted) break;
    await Promise.race([over, new Promise((resolve) => setImmediate(resolve))]);
  }
}
