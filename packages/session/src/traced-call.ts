/**
 * A call within a span.
 *
 * @module
 */

import type { CallOptions } from "./call-options.ts";
import { type CallRequest, type Settle, type StartedCall, targetName } from "./calls.ts";
import type { Tracing } from "./tracing.ts";

/** Starts a call within a span of its own; the trace context travels in its metadata. */
export function traceCall(
  tracing: Tracing,
  { target, options, settle }: Pick<CallRequest, "target" | "options" | "settle">,
  start: (options: CallOptions, settle: Settle) => StartedCall,
): StartedCall {
  const span = tracing.startCall(targetName(target), options?.metadata ?? {});
  try {
    return start(
      { ...options, metadata: span.metadata },
      {
        resolve(value) {
          span.end();
          settle.resolve(value);
        },
        reject(error) {
          span.end(error);
          settle.reject(error);
        },
      },
    );
  } catch (error) {
    span.end(error);
    throw error;
  }
}
