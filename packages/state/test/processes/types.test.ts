import { compile } from "@fourwire/test-kit";
import { expect, it } from "vitest";

const tasks = `
import { type TaskContext, type Triggered, task } from "@fourwire/state/processes";
export interface Shape { foo: string; count: number }
export const plain = task(import.meta.url, "plain", async ({ state }: TaskContext<Shape>) => { await state.set("foo", "a"); });
export const loose = task(import.meta.url, "loose", async ({ state }: TaskContext) => await state.get("anything"));
export const double = task(import.meta.url, "double", (_context, value: number) => value * 2);
export const named = task(import.meta.url, "named", async (_context: TaskContext<{ foo: string }>, props: { name: string }) => props.name);
export const needy = task(import.meta.url, "needy", (_context: TaskContext<{ other: boolean }>) => undefined);
export const seen = task(import.meta.url, "seen", (_context: TaskContext<Shape>, { values }: Triggered<Shape>) => values.count);
`;

const main = `
import { where } from "@fourwire/state";
import { type Context, createContext } from "@fourwire/state/processes";
import type { Transport } from "@fourwire/transport";
import { double, loose, named, needy, plain, seen, type Shape } from "./tasks.ts";
declare const transport: Transport;
const context: Context<Shape> = await createContext<Shape>({ transport, initial: { foo: "", count: 0 } });

await context.spawn(plain);
await context.spawn(plain, { backend: "thread" });
await context.spawn(loose);
const doubled: number = await (await context.spawn(double, { props: 1 })).wait();
const name: string = await (await context.spawn(named, { props: { name: "a" } })).wait();
const many: (number | void)[] = await (await context.spawnMany([double, plain], { props: 1, count: 2 })).wait();
await context.spawnMany([plain, loose]);
const each: string[] = await (await context.spawnEach(named, [{ name: "a" }])).wait();
const mapped: number[] = await context.pool().map(double, [1, 2]).all();
await context.spawnOn(where("count").isAbove(1), seen);
await context.spawnOn({ keys: ["count"] }, seen);
await context.spawnOn(({ count }) => count > 1, seen);
await context.spawn(double, { props: 1, retry: { nextProps: (props, { attempt }) => props + attempt } });

// @ts-expect-error props are missing
await context.spawn(double);
// @ts-expect-error props are of another type
await context.spawn(double, { props: "1" });
// @ts-expect-error the task has no props
await context.spawn(plain, { props: 1 });
// @ts-expect-error the state lacks a key that the task needs
await context.spawn(needy);
// @ts-expect-error the result is of another type
const wrong: string = await (await context.spawn(double, { props: 1 })).wait();
// @ts-expect-error props are missing for one of the tasks
await context.spawnMany([double, plain]);
// @ts-expect-error items are of another type
context.pool().map(double, ["1"]);
// @ts-expect-error the state has no such key
await context.spawnOn({ keys: ["absent"] }, seen);
// @ts-expect-error a task that is not run on a condition takes other props
await context.spawnOn({ keys: ["count"] }, double);
// @ts-expect-error the initial values are of another type
await createContext<Shape>({ transport, initial: { foo: 1, count: 0 } });
export { doubled, name, many, each, mapped, wrong };
`;

it("infers props and results, and refuses tasks that do not fit", { timeout: 60_000 }, async () => {
  await using compiled = await compile({ "tasks.ts": tasks, "main.ts": main });
  expect(compiled.complaints).toBe("");
});
