import { type MemoryTransport, memory } from "@fourwire/transport/memory";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChange, connectState, type State, serveState } from "../src/index.ts";
import { type Anything, turns, until } from "./fixture.ts";
import { sized } from "./size.ts";

/** What may happen next, and to which of the watchers. */
const step = fc.record({
  what: fc.constantFrom("write", "write together", "join", "leave", "cut", "wait"),
  who: fc.nat({ max: 3 }),
});

/** Somebody who reads every change, leaves, and comes back to where they were. */
class Watcher {
  readonly #state: State<Anything>;
  #values: Anything = {};
  #revision = 0;
  #reading: Promise<void> | undefined;
  #leave: (() => void) | undefined;

  constructor(state: State<Anything>) {
    this.#state = state;
  }

  get revision(): number {
    return this.#revision;
  }

  get values(): Anything {
    return this.#values;
  }

  join(): void {
    if (this.#reading) return;
    const changes = this.#state.changes({ from: this.#revision, overflow: "error" });
    this.#leave = () => void changes.return?.();
    this.#reading = this.#read(changes);
  }

  async leave(): Promise<void> {
    this.#leave?.();
    await this.#reading;
    this.#reading = undefined;
  }

  async #read(changes: ReturnType<State<Anything>["changes"]>): Promise<void> {
    for await (const change of changes) {
      expect([change.kind, change.revision]).toStrictEqual(["change", this.#revision + 1]);
      this.#revision = change.revision;
      if (change.kind === "change") this.#values = applyChange(this.#values, change);
    }
  }
}

interface Step {
  readonly what: string;
  readonly who: number;
}

/** What a story is about. */
class Story {
  readonly #network: MemoryTransport;
  readonly #writer: State<Anything>;
  readonly #watchers: readonly Watcher[];
  readonly #writes: Promise<unknown>[] = [];

  constructor(network: MemoryTransport, writer: State<Anything>, watchers: readonly Watcher[]) {
    this.#network = network;
    this.#writer = writer;
    this.#watchers = watchers;
  }

  async go({ what, who }: Step, index: number): Promise<unknown> {
    const writer = this.#writer;
    switch (what) {
      case "write":
        return writer.set(`key-${who}`, { at: index });
      case "write together":
        return this.#writes.push(writer.append("list", index), writer.increment("n"), writer.take(`key-${who}`));
      case "join":
        return this.#watchers[who]?.join();
      case "leave":
        return this.#watchers[who]?.leave();
      case "cut":
        return this.#network.faults.cut();
      default:
        return turns(who);
    }
  }

  /** Lets everybody see the end, and compares what they made of it. */
  async end(): Promise<void> {
    await Promise.all(this.#writes);
    const { revision, value } = await this.#writer.snapshot();
    for (const watcher of this.#watchers) {
      watcher.join();
      await until(() => watcher.revision >= revision);
      await watcher.leave();
      expect(watcher.values).toStrictEqual(value);
    }
  }
}

/** Runs one story and checks what every watcher made of it. */
async function live(steps: readonly Step[]): Promise<void> {
  const transport = memory();
  await using server = await serveState({ transport });
  const reconnect = { windowMs: 20_000, minDelayMs: 0, maxDelayMs: 1 };
  const connect = () => connectState<Anything>(server.address, { transport, reconnect });
  const writer = await connect();
  const clients = await Promise.all(Array.from({ length: 4 }, connect));
  const story = new Story(
    transport,
    writer,
    clients.map((client) => new Watcher(client)),
  );
  for (const [index, each] of steps.entries()) await story.go(each, index);
  await story.end();
  await Promise.all([writer, ...clients].map((client) => client.close()));
}

describe("watchers of a state, in a random order of writes, joins, leaves and cuts", () => {
  it("miss nothing, get nothing twice, and see the order of the authority [zproc-3]", {
    timeout: 600_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), live), {
      numRuns: sized(100, 1_000),
      seed: 1,
    });
  });
});
