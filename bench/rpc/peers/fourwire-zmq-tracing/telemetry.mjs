// @ts-check
import { openTelemetry } from "@fourwire/session/tracing";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, NoopSpanProcessor } from "@opentelemetry/sdk-trace-base";

/**
 * Registers an SDK as a program would, but for the exporter: every span is
 * recorded, carried to the other end and thrown away when it ends.
 *
 * @returns {import("@fourwire/session/tracing").Tracing}
 */
export function startTelemetry() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const provider = new BasicTracerProvider({ spanProcessors: [new NoopSpanProcessor()] });
  if (!trace.setGlobalTracerProvider(provider)) throw new Error("bench: the tracer provider was not registered");
  return openTelemetry();
}
