import { transfer } from "@fourwire/proxy";
import { describe, expect, it } from "vitest";
import { start, startedKinds } from "./fixture.ts";
import type { MemoryModule } from "./memory-types.ts";

const LENGTH = 2 ** 18;

describe.each(startedKinds)("typed arrays given to a worker of the kind %s", (kind) => {
  it("arrive equal in element type and shape, and are detached at the sender [pyacq-24]", async () => {
    await using worker = await start(kind);
    const memory = await worker.import<MemoryModule>("./memory.js");
    for (const data of [new Float32Array(LENGTH).fill(1), Int16Array.of(1, 2, 3), new BigInt64Array(LENGTH)]) {
      const { length } = data;
      const type = data.constructor.name;
      const [first, last] = [data[0], data.at(-1)];
      const inspected = memory.inspect(transfer({ data, shape: [2, length / 2] }, [data.buffer]));
      expect(data.length).toBe(0);
      expect(await inspected).toStrictEqual({ type, shape: [2, length / 2], length, first, last });
    }
  });

  it("may be used on the way back [pyacq-24]", async () => {
    await using worker = await start(kind);
    const memory = await worker.import<MemoryModule>("./memory.js");
    const made = await memory.make(LENGTH);
    expect(made).toBeInstanceOf(Float32Array);
    expect([made.length, made[0], made.at(-1)]).toStrictEqual([LENGTH, 0.5, 0.5]);
    expect(await memory.sum(transfer(made))).toBe(LENGTH / 2);
    expect(made.length).toBe(0);
  });
});

describe("shared memory", () => {
  it("is one and the same in a worker that is a thread [pyacq-24]", async () => {
    await using worker = await start("thread");
    const memory = await worker.import<MemoryModule>("./memory.js");
    const counter = new Int32Array(new SharedArrayBuffer(4));
    await Promise.all(Array.from({ length: 10 }, () => memory.count(counter)));
    expect(Atomics.load(counter, 0)).toBe(10);
  });

  it("is refused where the worker is a process, which has memory of its own", async () => {
    await using worker = await start("process");
    const memory = await worker.import<MemoryModule>("./memory.js");
    const counting = memory.count(new Int32Array(new SharedArrayBuffer(4)));
    await expect(counting).rejects.toMatchObject({
      code: "NOT_SERIALIZABLE",
      message: expect.stringContaining("shared memory"),
    });
  });
});
