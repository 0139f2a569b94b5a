import type { Task, Triggered } from "@fourwire/state/processes";

/** The state of the tests. */
export interface Shape {
  foo?: string;
  x?: number;
  log: string[];
  tries: string[];
  seen: string[];
  pids: number[];
  foreign?: number;
  deadly?: number;
  wrong?: number;
  deaths: number;
  lives: number;
}

export interface Whereabouts {
  pid: number;
  threadId: number;
  path: string;
  attempt: number;
  id: string;
}

export type How = "return" | "throw" | "exit" | "leave" | "kill" | "wait";

export const child1: Task<Shape, undefined, void>;
export const child2: Task<Shape, undefined, void>;
export const double: Task<object, number, number>;
export const where: Task<object, undefined, Whereabouts>;
export const fail: Task<object, { how: How; depth?: number }, { path: string; map: Map<string, bigint> }>;
export const unlucky: Task<Shape, { word: string; kind: "range" | "type" | "exit" | NodeJS.Signals }, never>;
export const second: Task<object, undefined, number>;
export const wait: Task<Shape, string, string>;
export const deaf: Task<Shape, string, string>;
export const busy: Task<Shape, undefined, never>;
export const descend: Task<Shape, { depth: number; state: "idle" | "busy" | "foreign" }, never>;
export const fragile: Task<Shape, number, number>;
export const onTrigger: Task<Shape, Triggered<Shape>, void>;
export const failing: Task<Shape, Triggered<Shape>, never>;
export const returnsFunction: Task<object, undefined, () => number>;
export const notATask: () => undefined;
