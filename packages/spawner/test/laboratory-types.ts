/** What laboratory.js exports. */

declare class Counter {
  constructor(start?: number);
  value: number;
  increment(by?: number): number;
  next(): Counter;
  isSelf(other: unknown): boolean;
  isIn(places: { list: unknown[]; map: Map<string, unknown> }): boolean;
}

declare class Instrument {
  constructor(file: string, failure?: string);
  read(): number;
}

declare class Dictionary {
  set(key: string, value: unknown): void;
  get(key: string): unknown;
  readonly size: number;
}

declare class Steps {
  log: string[];
  step(name: string, until?: () => Promise<void>): Promise<void>;
}

/** The module. */
export interface LaboratoryModule {
  readonly limit: number;
  readonly settings: { gain: number; names: string[] };
  add(left: number, right: number): number;
  whereAmI(): {
    pid: number;
    threadId: number;
    argv: string[];
    word: string | undefined;
    cwd: string;
  };
  fail(): never;
  count(to: number, ended?: () => void): AsyncIterable<number>;
  keep(callback: (when: string) => string): Promise<string>;
  callKept(): Promise<string>;
  volley(depth: number, back: (depth: number) => Promise<number>): Promise<number>;
  callOther(counter: unknown): Promise<number>;
  waitFor(signal: AbortSignal, told: (reason: string) => void): Promise<Counter>;
  text(length: number): string;
  beBusy(begun: () => void): void;
  resist(): void;
  sleep(begun: () => void): void;
  crash(message: string): void;
  print(out: string, err: string): void;
  exists(path: string): boolean;
  dispatch(operation: () => unknown): unknown;
  countDispatched(): number;
  readonly secrets: { gain?: number };
  hoard(): void;
  keepBytes(length: number): number;
  log(level: "debug" | "info" | "warn", message: string, fields?: object): void;
  logAndDie(message: string): void;
  rejectUnheard(message: string): void;
  printBytes(bytes: Uint8Array): void;
  leave(): void;
  readonly Counter: typeof Counter;
  readonly Instrument: typeof Instrument;
  readonly Dictionary: typeof Dictionary;
  readonly Steps: typeof Steps;
}
