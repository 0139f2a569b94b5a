import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  agentOf,
  at,
  describe as describeRemote,
  notify,
  release,
  sameRemote,
  set,
  withOptions,
} from "@fourwire/proxy";
import { copyOf, iterate, SpawnError } from "@fourwire/spawner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gate, kinds, laboratoryOf, start, startedKinds } from "./fixture.ts";

const folder: { path: string } = { path: "" };
beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), "fourwire-spawner-"));
});
afterAll(() => rm(folder.path, { recursive: true, force: true }));

/** Waits until the worker has done what is done after a message without an answer. */
const settled = async (worker: { ping(): Promise<number> }): Promise<void> => void (await worker.ping());

describe.each(kinds)("objects in a worker of the kind %s", (kind) => {
  it("are constructed, called, read and set there", async () => {
    await using worker = await start(kind);
    const { Counter } = await laboratoryOf(worker);
    const counter = await new Counter(5);
    expect(await counter.increment()).toBe(6);
    expect(await counter.value).toBe(6);
    await set(counter, "value", 10);
    expect(await counter.value).toBe(10);
    await expect(set(counter, "value", -1)).rejects.toThrow(RangeError);
    expect(await counter.value).toBe(10);
  });

  it("arrive as references, plain data as copies [pyacq-6]", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    expect(await laboratory.settings).toEqual({ gain: 2, names: ["a", "b"] });
    expect(await laboratory.limit).toBe(7);
    const counter = await new laboratory.Counter(1);
    expect(String(counter)).toContain("Remote");
    const refusal = await copyOf(counter).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SpawnError);
    expect(refusal).toMatchObject({ code: "NOT_COPYABLE" });
    const list = await worker.put([1, { deep: new Map([["a", 2]]) }]);
    expect(await copyOf(list)).toEqual([1, { deep: new Map([["a", 2]]) }]);
  });

  it("are read and called along paths in one round trip", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const counter = await new laboratory.Counter(1);
    expect(await counter.next().next().value).toBe(3);
    expect(await laboratory.settings.names.length).toBe(2);
    expect(await at(laboratory.settings.names, "1" as never)).toBe("b");
  });

  it("come home as themselves, also in lists and maps [pyacq-7]", async () => {
    await using worker = await start(kind);
    const { Counter } = await laboratoryOf(worker);
    const counter = await new Counter();
    expect(await counter.isSelf(counter)).toBe(true);
    expect(await counter.isIn({ list: [counter], map: new Map([["counter", counter]]) })).toBe(true);
    expect(await counter.isSelf(await new Counter())).toBe(false);
  });

  it("are equal when they are the same object by the same path, without asking", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const counter = await new laboratory.Counter();
    await worker.set("counter", counter);
    const again = await worker.get<object>("counter");
    expect(sameRemote(counter, again)).toBe(true);
    expect(again).toBe(counter);
    expect(sameRemote(withOptions(counter, { timeoutMs: 1 }), counter)).toBe(true);
    expect(sameRemote(laboratory.add, laboratory.text)).toBe(false);
    expect(sameRemote(counter, await new laboratory.Counter())).toBe(false);
  });

  it("have names, which are set, listed, found and taken away", async () => {
    await using worker = await start(kind);
    await worker.set("numbers", [1, 2]);
    await worker.set("limit", 3);
    expect(await worker.names()).toEqual(["numbers", "limit"]);
    expect(await worker.get<number>("limit")).toBe(3);
    expect(await copyOf((await worker.get("numbers")) as object)).toEqual([1, 2]);
    expect(await worker.delete("limit")).toBe(true);
    expect(await worker.delete("limit")).toBe(false);
    await expect(worker.get("limit")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are iterated over, and have lengths and items", async () => {
    await using worker = await start(kind);
    const { Dictionary } = await laboratoryOf(worker);
    const dictionary = await new Dictionary();
    await dictionary.set("x", 1);
    await dictionary.set("y", [2]);
    expect(await dictionary.size).toBe(2);
    expect(await collect(iterate(dictionary))).toEqual([
      ["x", 1],
      ["y", [2]],
    ]);
    const list = await worker.put(["a", "b"]);
    await set(list, 2, "c");
    expect(await list.length).toBe(3);
    expect(await list[2]).toBe("c");
    await expect(collect(iterate(await new (await laboratoryOf(worker)).Counter()))).rejects.toThrow(TypeError);
  });

  it("call back during a call and after it, alternating to any depth [pyacq-10]", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    expect(await laboratory.keep((when) => `called ${when}`)).toBe("called during");
    expect(await laboratory.callKept()).toBe("called after");
    const back = async (depth: number): Promise<number> => (await laboratory.volley(depth, back)) + 1;
    expect(await laboratory.volley(4, back)).toBe(8);
  });

  it("throw errors with their name, message, fields and cause [pyacq-12]", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const error = await Promise.resolve(laboratory.fail()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "SpectrumError",
      message: "No line there",
      data: { line: 589 },
      cause: { message: "The lamp is off" },
      remoteStack: expect.stringContaining("laboratory.js"),
    });
    expect((error as Error).stack).toContain("laboratory.js");
  });

  it("learn that nobody waits any more, and what they return then is let go of [pyacq-13]", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const { opened, open } = gate<string>();
    const controller = new AbortController();
    const waiting = laboratory.waitFor(controller.signal, open);
    const reason = new Error("too late");
    const refused = expect(withAbort(waiting, controller, reason)).resolves.toBeDefined();
    expect(await opened).toBe("too late");
    await refused;
  });

  it("are reached by their class's members only [pyacq-17]", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const counter = await new laboratory.Counter();
    for (const name of ["constructor", "__proto__", "_private", "hasOwnProperty"]) {
      await expect(Promise.resolve(at(laboratory, name as never))).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(Promise.resolve(at(counter, name as never))).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    const { members } = await describeRemote(counter);
    expect(members.map(({ name }) => name)).toEqual(["increment", "isIn", "isSelf", "next", "value"]);
  });

  it("are disposed once, when nobody holds them any more [pyacq-9]", async () => {
    await using worker = await start(kind);
    const { Instrument } = await laboratoryOf(worker);
    const file = join(folder.path, `released-${kind}`);
    const instrument = await new Instrument(file);
    await worker.set("instrument", instrument);
    expect(await instrument.read()).toBe(42);
    release(instrument);
    await settled(worker);
    await expect(readFile(file, "utf8")).rejects.toMatchObject({ code: "ENOENT" });
    await worker.delete("instrument");
    await settled(worker);
    expect(await readFile(file, "utf8")).toBe("ended\n");
    await worker.stop();
    expect(await readFile(file, "utf8")).toBe("ended\n");
  });

  it("are disposed when the worker stops, and what fails then is reported", async () => {
    await using worker = await start(kind);
    const { Instrument } = await laboratoryOf(worker);
    const file = join(folder.path, `stopped-${kind}`);
    const instruments = [await new Instrument(file), await new Instrument(file, "It is jammed")];
    expect(await worker.stop()).toMatchObject({ step: "close", failures: ["It is jammed"] });
    expect(await readFile(file, "utf8")).toBe("ended\n".repeat(instruments.length));
  });

  it("take calls that want no answer, and calls with options of their own", async () => {
    await using worker = await start(kind);
    const { Counter } = await laboratoryOf(worker);
    const counter = await new Counter();
    await notify(counter).increment(2);
    expect(await counter.value).toBe(2);
    const reason = new Error("not any more");
    const calling = withOptions(counter, { signal: AbortSignal.abort(reason) }).increment();
    await expect(calling).rejects.toBe(reason);
  });

  it("give streams, which end there when the reader leaves early [pyacq-14]", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const { opened, open } = gate();
    const seen: number[] = [];
    for await (const number of await laboratory.count(1_000_000, () => open())) {
      seen.push(number);
      if (number === 3) break;
    }
    await opened;
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});

describe.each(startedKinds)("a worker of the kind %s", (kind) => {
  it("answers five thousand calls of ten kilobytes that were all made at once [pyacq-15]", async () => {
    await using worker = await start(kind);
    const laboratory = await laboratoryOf(worker);
    const answers = await Promise.all(Array.from({ length: 5_000 }, () => laboratory.text(10_240)));
    expect(answers.every((answer) => answer.length === 10_240)).toBe(true);
    expect(agentOf(laboratory).stats().pendingCalls).toBe(0);
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function withAbort(waiting: Promise<unknown>, controller: AbortController, reason: Error): Promise<unknown> {
  controller.abort(reason);
  return await waiting.catch((error: unknown) => error);
}
