// What the workers of the tests have in them. Plain JavaScript, as workers import it as it is.
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { threadId } from "node:worker_threads";
import { workerLogger } from "@fourwire/spawner";

export const limit = 7;
export const settings = { gain: 2, names: ["a", "b"] };

export function add(left, right) {
  return left + right;
}

export function whereAmI() {
  return {
    pid: process.pid,
    threadId,
    argv: process.argv.slice(2),
    word: process.env.LABORATORY_WORD,
    cwd: process.cwd(),
  };
}

export class Counter {
  #value;
  constructor(start = 0) {
    this.#value = start;
  }
  get value() {
    return this.#value;
  }
  set value(next) {
    if (next < 0) throw new RangeError("A counter is never below 0");
    this.#value = next;
  }
  increment(by = 1) {
    this.#value += by;
    return this.#value;
  }
  next() {
    return new Counter(this.#value + 1);
  }
  isSelf(other) {
    return other === this;
  }
  isIn(places) {
    return places.list[0] === this && places.map.get("counter") === this;
  }
}

/** Notes in a file when it ends, once a line each. */
export class Instrument {
  #file;
  #failure;
  constructor(file, failure) {
    this.#file = file;
    this.#failure = failure;
  }
  read() {
    return 42;
  }
  [Symbol.dispose]() {
    writeFileSync(this.#file, "ended\n", { flag: "a" });
    if (this.#failure) throw new Error(this.#failure);
  }
}

export class SpectrumError extends Error {
  name = "SpectrumError";
  constructor(message, line, options) {
    super(message, options);
    this.line = line;
  }
}

export function fail() {
  throw new SpectrumError("No line there", 589, { cause: new Error("The lamp is off") });
}

export class Dictionary {
  #entries = new Map();
  set(key, value) {
    this.#entries.set(key, value);
  }
  get(key) {
    return this.#entries.get(key);
  }
  get size() {
    return this.#entries.size;
  }
  *[Symbol.iterator]() {
    yield* this.#entries;
  }
}

export async function* count(to, ended) {
  try {
    for (let number = 0; number < to; number += 1) yield number;
  } finally {
    await ended?.();
  }
}

let kept;
export function keep(callback) {
  kept = callback;
  return callback("during");
}
export function callKept() {
  return kept("after");
}

export function volley(depth, back) {
  return depth === 0 ? 0 : back(depth - 1).then((rest) => rest + 1);
}

export function callOther(counter) {
  return counter.increment(10);
}

/** Waits until its signal aborts, and tells so. */
export function waitFor(signal, told) {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      void told(signal.reason instanceof Error ? signal.reason.message : String(signal.reason));
      resolve(new Counter());
    });
  });
}

export function text(length) {
  return "x".repeat(length);
}

/** Says that it begins, and goes on for ever without giving its event loop a turn. */
export function beBusy(begun) {
  void begun();
  setImmediate(() => {
    for (;;);
  });
}

/** Ends only by SIGKILL: it handles SIGTERM by doing nothing. */
export function resist() {
  process.on("SIGTERM", () => undefined);
}

/** Stops the event loop without using the processor. */
export function sleep(begun) {
  void begun();
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
}

export function crash(message) {
  setImmediate(() => {
    throw new Error(message);
  });
}

export function print(out, err) {
  process.stdout.write(out);
  process.stderr.write(err);
}

export function exists(path) {
  return existsSync(path);
}

/** Notes when its steps begin and end, the second of which has to wait for the test. */
export class Steps {
  log = [];
  async step(name, until) {
    this.log.push(`${name} begins`);
    await until?.();
    this.log.push(`${name} ends`);
  }
}

let dispatched = 0;
export function dispatch(operation) {
  dispatched += 1;
  return operation();
}
export function countDispatched() {
  return dispatched;
}

export const secrets = { _hidden: 1 };
export const _private = 1;

/** Takes all the memory there is. */
export function hoard() {
  setImmediate(() => {
    const hoarded = [];
    for (;;) hoarded.push(new Array(1_000).fill(hoarded.length));
  });
}

let bytes;
export function keepBytes(length) {
  bytes = new Uint8Array(length);
  return bytes.byteLength;
}

export function log(level, message, fields = {}) {
  workerLogger()[level](fields, message);
}

/** Logs once more, and ends at once. */
export function logAndDie(message) {
  setImmediate(() => {
    workerLogger().error(message);
    process.kill(process.pid, "SIGKILL");
  });
}

export function rejectUnheard(message) {
  setImmediate(() => void Promise.reject(new RangeError(message)));
}

export function printBytes(bytes) {
  process.stdout.write(bytes);
}

/** Ends the worker as one that has done its work. */
export function leave() {
  setImmediate(() => process.exit(0));
}
