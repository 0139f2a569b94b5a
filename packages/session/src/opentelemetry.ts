/**
 * Spans of calls, through OpenTelemetry.
 *
 * @module
 */

import {
  type Attributes,
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { CallSpan, Metadata, Tracing } from "./tracing.ts";

export type { CallSpan, Metadata, Tracing } from "./tracing.ts";

/** Where spans go. */
export interface TracingOptions {
  /** Makes the spans. Default: the global provider's tracer named `fourwire`. */
  readonly tracer?: Tracer | undefined;
}

/**
 * Makes a client span of every call and a server span of every served one.
 *
 * The trace context travels in the call's metadata in the registered
 * propagator's format, W3C by default, over every transport. Without a
 * registered SDK nothing is recorded.
 */
export function openTelemetry({ tracer = trace.getTracer("fourwire") }: TracingOptions = {}): Tracing {
  return {
    startCall(name, metadata) {
      const span = tracer.startSpan(name || "call", { kind: SpanKind.CLIENT, attributes: attributesOf(name) });
      return createCallSpan(span, metadata);
    },
    serve(name, metadata, run) {
      const parent = propagation.extract(context.active(), metadata);
      const options = { kind: SpanKind.SERVER, attributes: attributesOf(name) };
      const span = tracer.startSpan(name, options, parent);
      return runWithin(span, trace.setSpan(parent, span), run);
    },
  };
}

function attributesOf(name: string): Attributes {
  return { "rpc.system": "fourwire", "rpc.method": name };
}

function createCallSpan(span: Span, metadata: Metadata): CallSpan {
  const carrier: Record<string, string> = { ...metadata };
  propagation.inject(trace.setSpan(context.active(), span), carrier);
  return { metadata: carrier, end: (error) => endSpan(span, error) };
}

/** Runs a served function with its span as the current one, and ends the span with what it returns. */
function runWithin(span: Span, within: Context, run: () => unknown): unknown {
  try {
    const result = context.with(within, run);
    if (!(result instanceof Promise)) {
      endSpan(span, undefined);
      return result;
    }
    result.then(
      () => endSpan(span, undefined),
      (error: unknown) => endSpan(span, error),
    );
    return result;
  } catch (error) {
    endSpan(span, error);
    throw error;
  }
}

function endSpan(span: Span, error: unknown): void {
  if (error !== undefined) {
    // The kind of failure, not its text, which may hold what the caller sent.
    const type = error instanceof Error ? error.name : typeof error;
    span.setAttribute("error.type", type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: type });
  }
  span.end();
}
