/** The types of laboratory.js. */
export const limit: number;
export const settings: { gain: number; names: string[] };
export function add(left: number, right: number): number;
export function whereAmI(): { pid: number; threadId: number; argv: string[]; word: string | undefined; cwd: string };
export class Counter {
  constructor(start?: number);
  value: number;
  increment(by?: number): number;
  next(): Counter;
  isSelf(other: unknown): boolean;
  isIn(places: { list: unknown[]; map: Map<string, unknown> }): boolean;
}
export class Instrument {
  constructor(file: string, failure?: string);
  read(): number;
}
export function fail(): never;
export class Dictionary {
  set(key: string, value: unknown): void;
  get(key: string): unknown;
  readonly size: number;
}
export function count(to: number, ended?: () => void): AsyncIterable<number>;
export function keep(callback: (when: string) => string): Promise<string>;
export function callKept(): Promise<string>;
export function volley(depth: number, back: (depth: number) => Promise<number>): Promise<number>;
export function callOther(counter: unknown): Promise<number>;
export function waitFor(signal: AbortSignal, told: (reason: string) => void): Promise<Counter>;
export function text(length: number): string;
export function beBusy(begun: () => void): void;
export function resist(): void;
export function sleep(begun: () => void): void;
export function crash(message: string): void;
export function print(out: string, err: string): void;
export function exists(path: string): boolean;
export class Steps {
  log: string[];
  step(name: string, until?: () => Promise<void>): Promise<void>;
}
export function dispatch(operation: () => unknown): unknown;
export function countDispatched(): number;
export const secrets: { gain?: number };
export function hoard(): void;
export function log(level: "debug" | "info" | "warn", message: string, fields?: object): void;
export function logAndDie(message: string): void;
export function rejectUnheard(message: string): void;
export function printBytes(bytes: Uint8Array): void;
export function leave(): void;
