// Another process, or another thread, with an object that is used synchronously: of the built packages, as users have them.
import { isMainThread, parentPort } from "node:worker_threads";
import { agentOf, Signal, serve } from "@fourwire/proxy";
import { zmq } from "@fourwire/transport-zmq";

class OverheatedError extends Error {
  name = "OverheatedError";
  code = "HOT";

  constructor(celsius, options) {
    super(`${celsius} degrees are too many`, options);
    this.celsius = celsius;
  }
}

class Robot {
  name = "Robbie";
  age = 28;
  owner = null;
  waits = 0;
  born = new Date(0);
  path = [3, 1, 2];
  arm = { joints: { shoulder: 10, elbow: 20 }, tool: "gripper" };
  table = new Map([["home", { x: 0, y: 0 }]]);
  tags = new Set(["indoor"]);
  moved = new Signal();
  #speed = 1;
  #watchers = new Set();
  #spare;

  get speed() {
    return this.#speed;
  }

  set speed(value) {
    if (value > 10) throw new RangeError(`${value} is too fast`);
    this.#speed = value;
  }

  get clients() {
    return server.clients;
  }

  get slots() {
    return this.moved.size;
  }

  get held() {
    return this.#watchers.size;
  }

  /** A signal that only an accessor gives. */
  get changed() {
    return this.moved;
  }

  get spare() {
    this.#spare ??= new Robot();
    return this.#spare;
  }

  add(left, right) {
    return left + right;
  }

  async addLater(left, right) {
    await new Promise((resolve) => setImmediate(resolve));
    return left + right;
  }

  echo(value) {
    return value;
  }

  isOwn(value) {
    return value === this;
  }

  both(left, right) {
    return left === right;
  }

  heat(celsius) {
    throw new OverheatedError(celsius, { cause: new RangeError("the fan is off", { cause: new Error("no power") }) });
  }

  unserializable() {
    return Symbol("no value");
  }

  /** Calls back once; what the function does is what this does. */
  async ask(question, ...args) {
    return await question(...args);
  }

  /** Calls back until there is nothing left; the function is expected to call this again. */
  async descend(levels, step) {
    return levels === 0 ? 0 : await step(levels - 1);
  }

  /** Calls two functions at once and returns what both return. */
  async askBoth(first, second) {
    return await Promise.all([first(), second()]);
  }

  watch(watcher) {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  move(metres) {
    this.moved.emit(metres);
    for (const watcher of this.#watchers) watcher(metres);
    return metres;
  }

  /** The number of objects of this process that the caller holds. */
  references(callback) {
    return agentOf(callback).stats().exportedReferences;
  }

  async *count(to) {
    for (let item = 1; item <= to; item += 1) yield item;
  }

  async sum(items) {
    let sum = 0;
    for await (const item of items) sum += item;
    return sum;
  }

  forever() {
    this.waits += 1;
    return new Promise(() => undefined);
  }

  /** Dies before it answers. */
  die() {
    setImmediate(() => process.kill(process.pid, "SIGKILL"));
    return new Promise(() => undefined);
  }
}

const transport = zmq();
const server = await serve(new Robot(), process.argv[2] ?? "tcp://127.0.0.1:0", { transport, parking: { forMs: 100 } });

if (isMainThread) {
  process.send(server.address);
} else {
  parentPort.postMessage(server.address);
  parentPort.once("message", () => server.close().then(() => transport.close()));
}
