/**
 * Running one check.
 *
 * @module
 */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Transport } from "../transport.ts";
import type { Bench, Check, Fixture, Need } from "./check.ts";
import { meets } from "./check.ts";

/** The time that a check has, by default: 5 s. */
export const DEFAULT_DEADLINE_MS = 5_000;

/** What a check found: a promise is kept, or the driver's traits say that it is not made. */
export type Outcome = "kept" | "declared gap";

/** How a check is run. */
export interface RunCheckOptions {
  /** The time after which the promise counts as broken. Default: that of the check. */
  readonly deadlineMs?: number;
}

/**
 * Runs a check on a driver and rejects when the promise is broken.
 *
 * A driver that declares the needed trait absent passes only if it has no such
 * port either.
 */
export async function runCheck(check: Check, fixture: Fixture, options: RunCheckOptions = {}): Promise<Outcome> {
  const deadlineMs = options.deadlineMs ?? check.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const created: Transport[] = [];
  const create = async (): Promise<Transport> => {
    const transport = await fixture.create();
    created.push(transport);
    return transport;
  };
  const bench: Bench = { fixture, transport: await create(), create, unique: (stem) => `${stem}-${randomUUID()}` };
  try {
    if (check.needs && !meets(bench.transport.traits, check.needs)) {
      assertAbsent(bench.transport, check.needs);
      return "declared gap";
    }
    await within(deadlineMs, check.run(bench), `${check.id} is not over`);
    return "kept";
  } finally {
    const closing = Promise.all(created.map((transport) => transport.close()));
    await within(deadlineMs, closing, `${check.id}: transport.close() is not over`);
  }
}

function assertAbsent(transport: Transport, need: Need): void {
  if (need !== "topics" && need !== "queues" && need !== "logs") return;
  assert.equal(transport[need], undefined, `The traits deny ${need}, but the transport has the port`);
}

async function within(ms: number, work: Promise<unknown>, complaint: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${complaint} after ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
