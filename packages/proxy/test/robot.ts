/**
 * An object with one of everything that can be served.
 *
 * @module
 */

import { callContext } from "@fourwire/session";
import { Signal } from "../src/index.ts";

export class OverheatedError extends Error {
  override readonly name = "OverheatedError";
  readonly code = "HOT";
  readonly celsius: number;

  constructor(celsius: number, options?: ErrorOptions) {
    super(`${celsius} degrees are too many`, options);
    this.celsius = celsius;
  }

  inFahrenheit(): number {
    return (this.celsius * 9) / 5 + 32;
  }
}

export class Robot {
  name = "Robbie";
  age = 28;
  retired = false;
  owner: string | null = null;
  born = new Date(0);
  serial = 2n ** 70n;
  firmware = new Uint8Array([1, 2, 3]);
  limits: { low: number; high: number; middle?: number; top?: number } = { low: -1, high: 1 };
  arm = { joints: { shoulder: 10, elbow: 20 }, tool: "gripper" };
  readonly frozen = Object.freeze({ speed: 3 });
  readonly table = new Map<string, number>([["home", 0]]);
  readonly tags = new Set(["indoor"]);
  readonly path: number[] = [3, 1, 2];
  readonly samples = new Float64Array([0.5, 1.5]);
  readonly moved = new Signal<[distance: number]>();
  readonly pos = new Signal<[value: number]>();
  readonly position = new Signal<[value: string]>();
  #speed = 1;
  #calls = 0;

  get speed(): number {
    return this.#speed;
  }

  set speed(value: number) {
    if (value > 10) throw new RangeError(`${value} is too fast`);
    this.#speed = value;
  }

  get calls(): number {
    return this.#calls;
  }

  get broken(): number {
    throw new TypeError("this getter throws");
  }

  add(left: number, right: number): number {
    this.#calls += 1;
    return left + right;
  }

  async addLater(left: number, right: number): Promise<number> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return left + right;
  }

  greet(greeting = "Hello", { name = "world", loud = false }: { name?: string; loud?: boolean } = {}): string {
    return `${greeting}, ${loud ? name.toUpperCase() : name}`;
  }

  count(...items: unknown[]): number {
    return items.length;
  }

  echo<Value>(value: Value): Value {
    return value;
  }

  nothing(): void {}

  /** Never answers by itself; tells the caller's signal what became of it. */
  wait(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("the served method was aborted")), { once: true });
    });
  }

  forever(): Promise<never> {
    return new Promise(() => undefined);
  }

  whoAsks(): { metadata: Record<string, string>; timeoutMs: number } {
    const { metadata, timeoutMs } = callContext();
    return { metadata: { ...metadata }, timeoutMs };
  }

  heat(celsius: number): never {
    const cause = new RangeError("the fan is off", { cause: new Error("no power") });
    throw new OverheatedError(celsius, { cause });
  }

  unserializable(): symbol {
    return Symbol("no value");
  }

  throwUnserializable(): never {
    throw Object.assign(new Error("with a function"), { callback: () => undefined, kept: 1 });
  }

  throwText(): never {
    // Others' code throws whatever it likes.
    throw "just text" as unknown as Error;
  }
}
