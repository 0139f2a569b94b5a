/**
 * Functions that processes run.
 *
 * A task is named by its module and export, so that no code is ever sent: whoever runs it imports it.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { TaskContext } from "./task-context.ts";
import { TASK, type Task } from "./task-reference.ts";

/** What a task is called with, and what it returns. */
export type TaskFunction<Shape extends object, Props, Result> = (
  context: TaskContext<Shape>,
  props: Props,
) => Result | Promise<Result>;

/** The states that a task can run beside: one that does not say what it needs runs beside all. */
export type NeededShape<Shape extends object> = string extends keyof Shape ? object : Shape;

/**
 * Makes a function a task. Call it at the top of a module and export the result under the name given; processes import
 * that module, so it starts nothing by itself.
 *
 * Props and results are copied: they are what the session carries. Throws a `TypeError` for a module that is no file.
 *
 * @example
 * ```ts
 * export const double = task(import.meta.url, "double", (_context, number: number) => number * 2);
 * ```
 */
export function task<Shape extends object = object, Props = undefined, Result = void>(
  module: string,
  exportName: string,
  run: TaskFunction<Shape, Props, Result>,
): Task<NeededShape<Shape>, Props, Result> {
  fileURLToPath(module);
  if (typeof exportName !== "string" || exportName === "") throw new TypeError("exportName is missing");
  if (typeof run !== "function") throw new TypeError(`run is ${typeof run}; expected the task's function`);
  return new ModuleTask(module, exportName, run);
}

/** A class with a method, so that tasks cross by reference and come home as themselves. */
class ModuleTask<Shape extends object, Props, Result> implements Task<NeededShape<Shape>, Props, Result> {
  readonly module: string;
  readonly exportName: string;
  readonly #run: TaskFunction<Shape, Props, Result>;

  constructor(module: string, exportName: string, run: TaskFunction<Shape, Props, Result>) {
    this.module = module;
    this.exportName = exportName;
    this.#run = run;
  }

  get [TASK](): true {
    return true;
  }

  run(context: TaskContext<Shape>, props: Props): Result | Promise<Result> {
    return this.#run(context, props);
  }
}
