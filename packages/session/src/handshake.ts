/**
 * What both ends' handshakes share: their deadline and their goodbye.
 *
 * @module
 */

import type { Channel, Frames } from "@fourwire/transport";
import { SessionError } from "./errors.ts";
import { DEFAULT_HANDSHAKE_TIMEOUT_MS, LONGEST_TIMER_MS } from "./limits.ts";
import { bye, type Opened } from "./opening.ts";
import type { SessionSettings } from "./settings.ts";

/** Runs a handshake under its deadline; when it fails, tells the far end why and closes the channel. */
export async function guardHandshake<Result extends Opened>(
  channel: Channel,
  settings: () => SessionSettings,
  signal: AbortSignal | undefined,
  run: (frames: AsyncIterator<Frames>) => Promise<Result>,
): Promise<Result> {
  const ended = watch(settings().handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_TIMEOUT_MS, signal);
  const running = run(channel[Symbol.asyncIterator]());
  try {
    return await Promise.race([running, ended.promise]);
  } catch (error) {
    running.catch(() => undefined);
    await decline(channel, settings(), error);
    throw error;
  } finally {
    ended.stop();
  }
}

/** Builds the error of whoever does not prove what it should. */
export function unauthorized(message: string, cause?: unknown): SessionError {
  return new SessionError("UNAUTHORIZED", message, { cause, outcome: "notSent" });
}

async function decline(channel: Channel, { codec }: SessionSettings, error: unknown): Promise<void> {
  if (error instanceof SessionError && error.code !== "LOST") {
    // The far end may be gone already; then nobody is left to tell.
    await channel.send(bye(codec, error.code, error.message)).catch(() => undefined);
  }
  await channel.close();
}

function watch(timeoutMs: number, signal: AbortSignal | undefined): { promise: Promise<never>; stop(): void } {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const promise = new Promise<never>((_, reject) => {
    const message = `The far end did not answer the opening message in ${timeoutMs} ms (handshakeTimeoutMs)`;
    const late = (): void => reject(new SessionError("LOST", message, { outcome: "notSent" }));
    timer = setTimeout(late, Math.min(timeoutMs, LONGEST_TIMER_MS));
    signal?.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
    if (signal?.aborted) reject(signal.reason);
  });
  promise.catch(() => undefined);
  return {
    promise,
    stop() {
      clearTimeout(timer);
      over.abort();
    },
  };
}
