/**
 * Calls that go on through an outage, and what became of each.
 *
 * @module
 */

import { expect } from "vitest";
import { type Session, SessionError } from "../src/index.ts";
import type { Functions } from "./fixture.ts";

/** Calls under way at once. */
const IN_FLIGHT = 64;

/** How a call ended. */
type Settled = "answered" | "notSent" | "unknown";

/** Numbered calls of one function that counts how often each ran. */
export class OutageLoad {
  readonly functions: Functions;
  readonly #runs: Uint8Array;
  readonly #settled: Settled[] = [];
  #count = 0;
  readonly #waiting = new Map<number, () => void>();

  constructor(total: number) {
    this.#runs = new Uint8Array(total);
    this.functions = {
      work: (number: number) => {
        this.#runs[number] = (this.#runs[number] ?? 0) + 1;
        return number * 2;
      },
    };
  }

  /** Resolves once that many calls have settled. */
  reaches(count: number): Promise<void> {
    if (this.#count >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(count, resolve));
  }

  /** Makes all calls, some of them at once. */
  async run(client: Session): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < this.#runs.length) {
        const number = next;
        next += 1;
        this.#settled[number] = await settle(client.call("work", [number]), number * 2);
        this.#count += 1;
        this.#waiting.get(this.#count)?.();
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  }

  /** Checks that every call settled as it ran: once if it was answered, not at all if it was not sent, never twice. */
  expectAllSettled(): void {
    expect(this.#settled).toHaveLength(this.#runs.length);
    const most = { answered: 1, notSent: 0, unknown: 1 };
    const wrong = this.#settled.flatMap((settled, number) => {
      const runs = this.#runs[number] ?? 0;
      const isRight = runs <= most[settled] && (settled !== "answered" || runs === 1);
      return isRight ? [] : [`call ${number} was ${settled} and ran ${runs} times`];
    });
    expect(wrong).toStrictEqual([]);
  }

  /** How many calls ended so. */
  count(how: Settled): number {
    return this.#settled.filter((settled) => settled === how).length;
  }
}

async function settle(call: Promise<unknown>, expected: unknown): Promise<Settled> {
  try {
    expect(await call).toBe(expected);
    return "answered";
  } catch (error) {
    if (!(error instanceof SessionError) || error.outcome === undefined) throw error;
    return error.outcome;
  }
}
