import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callContext } from "../src/index.ts";
import { openTelemetry } from "../src/opentelemetry.ts";
import { converse, failure } from "./fixture.ts";
import { transports } from "./transports.ts";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer("test");
const tracing = openTelemetry({ tracer });

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterAll(() => {
  context.disable();
  propagation.disable();
});

beforeEach(() => exporter.reset());

describe.each(transports)("tracing over $name", ({ create }) => {
  const functions = {
    traceparent: () => callContext().metadata.traceparent,
    fail: () => {
      throw new RangeError("secret text");
    },
    later: async () => {
      await Promise.resolve();
      return trace.getActiveSpan()?.spanContext().spanId;
    },
  };

  it("makes the served span a child of the caller's, which is a child of what the caller was doing", async () => {
    const options = { tracing };
    await using conversation = await converse({ transport: create(), functions, open: options, serve: options });
    const outer = tracer.startSpan("outer");
    const within = trace.setSpan(context.active(), outer);
    const header = await context.with(within, () => conversation.client.call("traceparent", []));
    outer.end();
    const [served, made] = exporter.getFinishedSpans();
    expect(served).toMatchObject({ kind: SpanKind.SERVER, name: "call traceparent" });
    expect(made).toMatchObject({ kind: SpanKind.CLIENT, name: "traceparent" });
    expect(served?.parentSpanContext?.spanId).toBe(made?.spanContext().spanId);
    expect(made?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    expect(header).toBe(`00-${outer.spanContext().traceId}-${made?.spanContext().spanId}-01`);
  });

  it("keeps the served span current across an await, and the caller's own metadata", async () => {
    const options = { tracing };
    await using conversation = await converse({ transport: create(), functions, open: options, serve: options });
    const current = await conversation.client.call("later", [], { metadata: { tenant: "a" } });
    const [served] = exporter.getFinishedSpans();
    expect(current).toBe(served?.spanContext().spanId);
  });

  it("marks failures by their kind and never by their text", async () => {
    const options = { tracing };
    await using conversation = await converse({ transport: create(), functions, open: options, serve: options });
    await failure(conversation.client.call("fail", []));
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ status }) => status)).toStrictEqual([
      { code: SpanStatusCode.ERROR, message: "RangeError" },
      { code: SpanStatusCode.ERROR, message: "RangeError" },
    ]);
    expect(JSON.stringify(spans.map(({ attributes, events }) => ({ attributes, events })))).not.toContain("secret");
  });
});
