/**
 * Clients that do whatever comes to mind to a few registers, and what they saw.
 *
 * @module
 */

import fc from "fast-check";
import type { State } from "../src/index.ts";
import type { RegisterOperation } from "./linearizability.ts";

export type Registers = Record<string, number>;

/** What was seen of each register. */
export type Histories = Map<string, RegisterOperation[]>;

export interface LoadOptions {
  readonly clients: readonly State<Registers>[];
  readonly operations: number;
  readonly keys: number;
  readonly seed: number;
}

type Answer = Omit<RegisterOperation, "called" | "answered">;

/** Runs the load and returns what the clients saw. */
export async function runLoad({ clients, operations, keys, seed }: LoadOptions): Promise<Histories> {
  const histories: Histories = new Map();
  // Every value is written once, so that it says who wrote it.
  let values = 0;
  const nextValue = (): number => {
    values += 1;
    return values;
  };
  await Promise.all(
    clients.map(async (state, client) => {
      const number = fc.integer({ min: 0, max: keys - 1 });
      const dice = fc.tuple(number, fc.integer({ min: 0, max: 9 }));
      for (const [register, throwing] of fc.sample(dice, {
        seed: seed + client,
        numRuns: operations / clients.length,
      })) {
        const key = `key-${register}`;
        const operation = await observe(pick(throwing, state, key, nextValue));
        histories.set(key, [...(histories.get(key) ?? []), operation]);
      }
    }),
  );
  return histories;
}

interface Attempt {
  /** What is known when the answer never comes. */
  readonly asked: Answer;
  run(): Promise<Answer>;
}

async function observe({ asked, run }: Attempt): Promise<RegisterOperation> {
  const called = performance.now();
  try {
    const answer = await run();
    return { ...answer, called, answered: performance.now() };
  } catch {
    return { ...asked, called, answered: Number.POSITIVE_INFINITY };
  }
}

function pick(dice: number, state: State<Registers>, key: string, nextValue: () => number): Attempt {
  if (dice < 4) return { asked: { kind: "get" }, run: async () => ({ kind: "get", got: await state.get(key) }) };
  if (dice < 6) {
    const asked: Answer = { kind: "set", value: nextValue() };
    return { asked, run: () => state.set(key, asked.value ?? 0).then(() => asked) };
  }
  return dice < 8 ? compareAndSet(state, key, nextValue()) : update(state, key, nextValue);
}

function compareAndSet(state: State<Registers>, key: string, value: number): Attempt {
  // One that was written recently, which is often the present one.
  const expected = Math.max(value - 2, 1);
  const asked: Answer = { kind: "compare-and-set", expected, value };
  return { asked, run: async () => ({ ...asked, done: await state.compareAndSet(key, expected, value) }) };
}

function update(state: State<Registers>, key: string, nextValue: () => number): Attempt {
  const runs: [number | undefined, number][] = [];
  const asked: Answer = { kind: "update", runs };
  const run = async (): Promise<Answer> => {
    await state.update(
      (draft) => {
        const read = draft[key];
        const value = nextValue();
        runs.push([read, value]);
        draft[key] = value;
      },
      { keys: [key] },
    );
    return asked;
  };
  return { asked, run };
}
