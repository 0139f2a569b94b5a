/**
 * Tasks as those see them who start them.
 *
 * @module
 */

import { ProcessError } from "./errors.ts";

/** A function that processes run, by the name of its module and export. Made by `task`. */
export interface Task<in Shape extends object, Props, Result> {
  /** The URL of the module that exports it. */
  readonly module: string;
  /** The name that it is exported as. */
  readonly exportName: string;
  /** Never there: says which states it can run beside. */
  readonly needs?: (state: Shape) => void;
  /** Runs it here. Its context is made where processes begin. */
  run(context: never, props: Props): Result | Promise<Result>;
}

/** Any task, whatever it takes and gives. */
export type AnyTask = Pick<Task<never, never, unknown>, "module" | "exportName" | "run">;

/** What a task returns. */
export type ResultOf<Any extends AnyTask> = Awaited<ReturnType<Any["run"]>>;

/** What several tasks take all at once; `unknown` when none takes anything. */
export type SharedProps<Any extends AnyTask> = (Any extends AnyTask ? (props: PropsOf<Any>) => void : never) extends (
  props: infer Props,
) => void
  ? Props
  : never;

type PropsOf<Any extends AnyTask> = Any extends { run(context: never, props: infer Props): unknown }
  ? // In brackets, as one task's union is not several tasks.
    [Props] extends [undefined]
    ? unknown
    : Props
  : never;

/** Where all copies of this package know tasks by. */
export const TASK: unique symbol = Symbol.for("fourwire.state.task");

/** Says whether a value is a task. */
export function isTask(value: unknown): value is AnyTask {
  return typeof value === "object" && value !== null && Reflect.get(value, TASK) === true;
}

/** Makes the error for what a module exports in a task's place. */
export function notATask(): ProcessError {
  return new ProcessError("NOT_A_TASK", "The module does not export a task under that name; see task()");
}
