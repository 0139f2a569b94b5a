import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { connect, Signal, serve, set, withOptions } from "../src/index.ts";
import { failure, stage, turns, until } from "./fixture.ts";
import { startPeer } from "./peer.ts";
import { Robot } from "./robot.ts";
import { sized } from "./size.ts";
import { transports } from "./transports.ts";

class Announcer {
  readonly said = new Signal<unknown[]>();
  readonly pos = new Signal<[value: number]>();
  readonly position = new Signal<[value: string]>();

  say(...words: unknown[]): void {
    this.said.emit(...words);
  }

  place(value: number, text: string): void {
    this.pos.emit(value);
    this.position.emit(text);
  }
}

/** A method that takes as long as it is told, and sees when nobody waits any more. */
class Thinker {
  aborted = 0;

  async think(ms: number, answer: number, signal?: AbortSignal): Promise<number> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        this.aborted += 1;
        clearTimeout(timer);
        resolve();
      });
    });
    return answer;
  }

  fail(): Promise<never> {
    return Promise.reject(new RangeError("it cannot think of that"));
  }

  now(): number {
    return 1;
  }
}

describe.each(transports)("what Pizco does over time, over $name", ({ create, nowhere }) => {
  it("resolves, rejects and aborts a long call; one that ends at once is never lost [pizco-9]", async () => {
    const thinker = new Thinker();
    await using served = await stage(thinker, { transport: create() });
    const { proxy } = served;
    expect(await proxy.think(20, 42)).toBe(42);
    expect(await failure(proxy.fail())).toMatchObject({ name: "RangeError", message: "it cannot think of that" });
    const controller = new AbortController();
    const long = failure(withOptions(proxy, { signal: controller.signal }).think(60_000, 1, controller.signal));
    await turns();
    const reason = new Error("never mind");
    controller.abort(reason);
    expect(await long).toBe(reason);
    await until(() => thinker.aborted === 1);
    const tries = 1_000;
    let answers = 0;
    for (let attempt = 0; attempt < tries; attempt += 1) answers += await proxy.now();
    expect(answers).toBe(tries);
  });

  it("runs ten calls of 300 ms at once, and lets a slow one delay nobody [pizco-10]", async () => {
    await using served = await stage(new Thinker(), { transport: create() });
    const other = await served.join();
    const started = performance.now();
    const slow = Array.from({ length: 10 }, (_, index) => served.proxy.think(300, index));
    expect(await other.now()).toBe(1);
    expect(performance.now() - started).toBeLessThan(300);
    expect(await Promise.all(slow)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(performance.now() - started).toBeLessThan(1_000);
    await other[Symbol.asyncDispose]();
  });

  it("delivers the very next emission after connecting, whatever its arguments, in order [pizco-11]", async () => {
    await using served = await stage(new Announcer(), { transport: create() });
    const heard: unknown[][] = [];
    await served.proxy.said.connect((...words) => void heard.push(words));
    const emissions = [[], [1], [1, "two"], [1, "two", null], [1, "two", null, [4], { five: 5 }]];
    for (const words of emissions) await served.proxy.say(...words);
    expect(heard).toEqual(emissions);
    for (let round = 0; round < 20; round += 1) {
      const next: unknown[] = [];
      const connection = await served.proxy.said.connect((word) => void next.push(word));
      await served.proxy.say(round);
      expect(next).toEqual([round]);
      await connection.disconnect();
    }
  });

  it("runs slots in their order, each once, and a throwing one disturbs nobody [pizco-12]", async () => {
    const announcer = new Announcer();
    const errors: unknown[] = [];
    await using served = await stage(announcer, {
      transport: create(),
      connect: { onError: (error) => void errors.push(error) },
    });
    const { said } = served.proxy;
    const heard: string[] = [];
    const first = (): void => void heard.push("first");
    await said.connect(first);
    await said.connect(() => {
      throw new Error("a bad slot");
    });
    await said.connect(() => void heard.push("last"));
    await said.connect(first);
    expect(() => announcer.say()).not.toThrow();
    await served.proxy.say();
    expect(heard).toEqual(["first", "last", "first", "last"]);
    expect(errors).toMatchObject([{ message: "a bad slot" }, { message: "a bad slot" }]);
  });

  it("disconnects one slot, all slots or one client, and nobody else [pizco-13]", async () => {
    const announcer = new Announcer();
    await using served = await stage(announcer, { transport: create() });
    const other = await served.join();
    const heard: string[] = [];
    const one = (): void => void heard.push("one");
    await served.proxy.said.connect(one);
    await served.proxy.said.connect(() => void heard.push("two"));
    await other.said.connect(() => void heard.push("other"));
    await served.proxy.said.disconnect(one);
    await served.proxy.say();
    await until(() => heard.length === 2);
    expect(heard.sort()).toEqual(["other", "two"]);
    await served.proxy.said.disconnect();
    await served.proxy.say();
    await until(() => heard.length === 3);
    expect(heard.sort()).toEqual(["other", "other", "two"]);
    expect(announcer.said.size).toBe(1);
    await other[Symbol.asyncDispose]();
    await until(() => announcer.said.size === 0);
  });

  it("keeps signals with like names apart, and lets a slot call back [pizco-14]", async () => {
    await using served = await stage(new Announcer(), { transport: create() });
    const numbers: unknown[] = [];
    const texts: unknown[] = [];
    const called: unknown[] = [];
    await served.proxy.pos.connect((value) => void numbers.push(value));
    await served.proxy.position.connect((value) => void texts.push(value));
    await served.proxy.said.connect(async (word) => {
      called.push(word);
      if (word === "again") await served.proxy.place(2, "b");
    });
    await served.proxy.place(1, "a");
    await served.proxy.say("again");
    await until(() => numbers.length === 2);
    expect([numbers, texts, called]).toEqual([[1, 2], ["a", "b"], ["again"]]);
  });

  it("rejects with different errors where nobody listens, after a stop, and without an answer [pizco-15]", async () => {
    await using served = await stage(new Robot(), { transport: create() });
    expect(await failure(connect(nowhere, { transport: served.transport }))).toMatchObject({ code: "REFUSED" });
    expect(await failure(withOptions(served.proxy, { timeoutMs: 30 }).forever())).toMatchObject({ code: "TIMEOUT" });
    const pending = failure(served.proxy.forever());
    await turns();
    await served.server.close();
    expect(await pending).toMatchObject({ code: "CLOSED", outcome: "unknown" });
    expect(await failure(served.proxy.add(1, 2))).toMatchObject({ code: "CLOSED", outcome: "notSent" });
  });

  it("works with a key on both sides, and refuses a missing or wrong one [pizco-20]", async () => {
    const key = "a key that both ends hold";
    await using served = await stage(new Announcer(), { transport: create(), serve: { key }, connect: { key } });
    const heard: unknown[] = [];
    await served.proxy.said.connect((word) => void heard.push(word));
    await served.proxy.say("hello");
    expect(heard).toEqual(["hello"]);
    for (const wrong of [undefined, "a key that nobody else holds"]) {
      const error = await failure(served.join({ key: wrong }));
      expect(error).toMatchObject({ name: "SessionError", code: "UNAUTHORIZED" });
    }
    const open = await serve(new Announcer(), undefined, { transport: served.transport });
    expect(await failure(connect(open.address, { transport: served.transport, key }))).toMatchObject({
      code: "UNAUTHORIZED",
    });
    await open.close();
    await served.proxy.say("still there");
    expect(heard).toEqual(["hello", "still there"]);
  });
});

it("leaves no listener behind when a client's process is killed [pizco-13]", async () => {
  const announcer = new Announcer();
  await using transport = zmq();
  await using server = await serve(Object.assign(announcer, { changed: new Signal() }), "tcp://127.0.0.1:0", {
    transport,
    parking: { forMs: 1 },
  });
  for (let round = 0; round < sized(1, 5); round += 1) {
    await using client = await startPeer({ role: "slot", address: server.address });
    await until(() => announcer.position.size === 1);
    await client.kill();
    await until(() => announcer.position.size === 0);
  }
  expect(server.clients).toBe(0);
});

it("rejects the call under way when the server's process dies [pizco-15]", async () => {
  await using transport = zmq();
  await using server = await startPeer({ role: "server" });
  await using proxy = await connect<Robot>(server.said, { transport, reconnect: { windowMs: 100 } });
  expect(await proxy.echo(1)).toBe(1);
  const pending = failure(proxy.forever());
  await server.kill();
  expect(await pending).toMatchObject({ code: "LOST", outcome: "unknown" });
  expect(await failure(set(proxy, "age", 1))).toMatchObject({ code: "LOST", outcome: "notSent" });
});
