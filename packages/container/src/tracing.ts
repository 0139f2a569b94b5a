/**
 * Spans of all features, from one OpenTelemetry provider.
 *
 * @module
 */

import type { SessionOptions } from "@fourwire/session";
import { z } from "zod";
import { ContainerError } from "./errors.ts";
import { withMethods } from "./schema.ts";

/** Spans as a session wants them: what `openTelemetry()` of `@fourwire/session/tracing` returns. */
export type Tracing = NonNullable<SessionOptions["tracing"]>;

/** What gives tracers: an OpenTelemetry provider. */
export interface TracerProvider {
  getTracer(name: string, version?: string): unknown;
}

/** Where spans go: to a provider, with `true` to the global one, or wherever a tracing of one's own takes them. */
export type TracingChoice = boolean | TracerProvider | Tracing;

/** The schema of where spans go. */
export const tracingChoice: z.ZodType<TracingChoice> = z.union(
  [
    z.boolean(),
    withMethods<Tracing>("a tracing", ["startCall", "serve"]),
    withMethods<TracerProvider>("a provider", ["getTracer"]),
  ],
  { error: "true, false, an OpenTelemetry provider, or what openTelemetry() returns" },
);

/** Creates the tracing. Rejects with `NOT_INSTALLED` when a provider is given and there is no OpenTelemetry. */
export async function createTracing(choice: TracingChoice | undefined): Promise<Tracing | undefined> {
  if (choice === undefined || choice === false) return undefined;
  if (typeof choice === "object" && "startCall" in choice) return choice;
  const { openTelemetry } = await import("@fourwire/session/tracing").catch((cause: unknown) => {
    const message = "tracing needs OpenTelemetry, which could not be loaded: npm install @opentelemetry/api";
    throw new ContainerError("NOT_INSTALLED", message, { path: "tracing", cause });
  });
  if (choice === true) return openTelemetry();
  const tracer = choice.getTracer("fourwire");
  return openTelemetry(isTracer(tracer) ? { tracer } : {});
}

type Tracer = NonNullable<
  NonNullable<Parameters<typeof import("@fourwire/session/tracing").openTelemetry>[0]>["tracer"]
>;

function isTracer(value: unknown): value is Tracer {
  return withMethods("a tracer", ["startSpan"]).safeParse(value).success;
}
