/**
 * Spans of calls, as the session sees them.
 *
 * The session knows this shape only; `@fourwire/session/tracing` fills it from
 * OpenTelemetry.
 *
 * @module
 */

/** What travels with a call, W3C trace context among it. */
export type Metadata = Readonly<Record<string, string>>;

/** The span of a call that this end makes. */
export interface CallSpan {
  /** The caller's metadata with the trace context added. */
  readonly metadata: Metadata;
  /** Ends the span, with the error when the call failed. */
  end(error?: unknown): void;
}

/** How calls become spans. */
export interface Tracing {
  /** Starts the span of a call that this end makes. */
  startCall(name: string, metadata: Metadata): CallSpan;
  /** Runs a served call within its span, which ends with it. */
  serve(name: string, metadata: Metadata, run: () => unknown): unknown;
}
