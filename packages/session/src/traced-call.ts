/**
 * A call within a span.
 *
 * @module
 */

import type { CallOptions } from "./call-options.ts";
import { targetName } from "./calls.ts";
import type { Tracing } from "./tracing.ts";

/** Makes a call within a span of its own; the trace context travels in its metadata. */
export function traceCall(
  tracing: Tracing,
  target: unknown,
  options: CallOptions | undefined,
  call: (options: CallOptions) => Promise<unknown>,
): Promise<unknown> {
  const span = tracing.startCall(targetName(target), options?.metadata ?? {});
  try {
    const answer = call({ ...options, metadata: span.metadata });
    answer.then(
      () => span.end(),
      (error: unknown) => span.end(error),
    );
    return answer;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
