import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Transport } from "@fourwire/transport";
import { type MessageEnd, messagePort } from "@fourwire/transport/message-port";
import { describe, expect, it } from "vitest";
import { transfer } from "../src/index.ts";
import { converse, failure } from "./fixture.ts";
import { transports } from "./transports.ts";

const LARGE = 64 * 1024;

describe.each(transports)("over $name, what is transferred", ({ create }) => {
  it("arrives as it was, and is gone at its sender", async () => {
    await using all = await converse({ transport: create() });
    const large = new Float64Array(LARGE).fill(1.5);
    const small = Int16Array.of(1, -2, 3);
    const view = new Uint8Array([0, 1, 2, 3]).subarray(1, 3);
    const value = { large, list: [small, view], shape: [256, 256], kept: Uint8Array.of(7) };
    const echoed = all.client.call("echo", [transfer(value, [large, small.buffer, view])]);
    expect([large.length, small.length, view.length, value.kept.length]).toStrictEqual([0, 0, 0, 1]);
    const { large: arrived, ...rest } = (await echoed) as typeof value;
    expect(arrived).toBeInstanceOf(Float64Array);
    expectBytes(arrived, new Float64Array(LARGE).fill(1.5));
    const list = [Int16Array.of(1, -2, 3), Uint8Array.of(1, 2)];
    expect(rest).toStrictEqual({ list, shape: [256, 256], kept: Uint8Array.of(7) });
  });

  it("may be a result, and an item of a stream", async () => {
    const given: Uint8Array[] = [];
    const make = (): Uint8Array => {
      const bytes = new Uint8Array(LARGE).fill(given.length + 1);
      given.push(bytes);
      return transfer(bytes);
    };
    const functions = {
      make,
      async *stream() {
        yield make();
        yield make();
      },
    };
    await using all = await converse({ transport: create(), functions });
    expectBytes(await all.client.call("make", []), new Uint8Array(LARGE).fill(1));
    let items = 1;
    for await (const item of (await all.client.call("stream", [])) as AsyncIterable<unknown>) {
      items += 1;
      expectBytes(item, new Uint8Array(LARGE).fill(items));
    }
    expect(items).toBe(3);
    expect(given.map(({ length }) => length)).toStrictEqual([0, 0, 0]);
  });

  it("stays when the call is refused, and may then be sent", async () => {
    await using all = await converse({ transport: create() });
    const bytes = new Uint8Array(LARGE).fill(1);
    const bad = all.client.call("echo", [transfer(bytes), Symbol("bad")]);
    expect(await failure(bad)).toMatchObject({ code: "NOT_SERIALIZABLE", outcome: "notSent" });
    const wide = all.client.call("echo", [transfer([bytes, new Uint8Array(2 ** 25)], [bytes])]);
    expect(await failure(wide)).toMatchObject({ code: "LIMIT_EXCEEDED", outcome: "notSent" });
    expect(bytes.length).toBe(LARGE);
    const given = transfer(bytes);
    expectBytes(await all.client.call("echo", [given]), new Uint8Array(LARGE).fill(1));
    expect(await failure(all.client.call("echo", [given]))).toMatchObject({
      code: "NOT_SERIALIZABLE",
      message: expect.stringContaining("transferred already"),
    });
  });

  it("is copied, and stays, when its memory cannot be detached", async () => {
    await using all = await converse({ transport: create() });
    // Node keeps the memory of its small buffers together, and does not let go of it.
    const bytes = Buffer.from("pooled");
    expectBytes(await all.client.call("echo", [transfer(bytes)]), new TextEncoder().encode("pooled"));
    expect(String(bytes)).toBe("pooled");
  });

  it("may be several views of one buffer", async () => {
    await using all = await converse({ transport: create() });
    const { buffer } = new Uint8Array(LARGE).fill(1);
    const views = [new Uint8Array(buffer), new Uint16Array(buffer, 2, 1), new Uint8Array(buffer)];
    const [one, two, three] = (await all.client.call("echo", [transfer(views, [buffer])])) as typeof views;
    for (const whole of [one, three]) expectBytes(whole, new Uint8Array(LARGE).fill(1));
    expect(two).toStrictEqual(Uint16Array.of(257));
    expect(buffer.byteLength).toBe(0);
  });
});

const apart = transports.filter(({ name }) => name !== "message port");

describe("shared memory", () => {
  it("is shared by threads, whatever its size and type", async () => {
    const [port] = transports.filter(({ name }) => name === "message port");
    if (!port) throw new Error("There is no message port");
    const functions = {
      add(counter: Int32Array, bytes: Uint8Array) {
        Atomics.add(counter, 1, 5);
        bytes.fill(2);
        return counter;
      },
    };
    await using all = await converse({ transport: port.create(), functions });
    const counter = new Int32Array(new SharedArrayBuffer(16), 4, 2);
    const bytes = new Uint8Array(new SharedArrayBuffer(LARGE));
    const back = await all.client.call("add", [counter, bytes]);
    expect([...counter]).toStrictEqual([0, 5]);
    expect(bytes.every((byte) => byte === 2)).toBe(true);
    if (!(back instanceof Int32Array)) throw new Error("No counter came back");
    Atomics.store(back, 0, 9);
    expect([...counter]).toStrictEqual([9, 5]);
  });

  it.each(apart)("is refused over $name, and its path named", async ({ create }) => {
    await using all = await converse({ transport: create() });
    for (const length of [4, LARGE]) {
      const shared = new Uint8Array(new SharedArrayBuffer(length));
      const refused = await failure(all.client.call("echo", [{ shared }]));
      expect(refused).toMatchObject({ code: "NOT_SERIALIZABLE", outcome: "notSent" });
      expect(refused.message).toContain("shared memory");
      expect(refused.message).toContain("[0].shared");
      expectBytes(await all.client.call("echo", [shared.slice()]), new Uint8Array(length));
    }
  });
});

describe("over a message port, what is transferred", () => {
  it("is moved, not copied [pyacq-24]", async () => {
    const ports = new MessageChannel();
    const posted: ArrayBuffer[] = [];
    const watched = overPort(ports.port1, (message, moved) => {
      posted.push(...moved);
      ports.port1.postMessage(message, moved);
    });
    await using transport = link(watched, ports.port2);
    await using all = await converse({ transport });
    const bytes = new Uint8Array(2 ** 20).fill(1);
    const sizes: number[] = [];
    const call = all.client.call("echo", [transfer(bytes)]);
    await all.client.call("echo", [1]);
    sizes.push(...posted.map(({ byteLength }) => byteLength));
    expectBytes(await call, new Uint8Array(2 ** 20).fill(1));
    // One buffer was handed to the port, and nothing of it is left on this side.
    expect(sizes).toStrictEqual([0]);
  });

  it("cannot be sent again: a session that lost it with its channel ends, and says so", async () => {
    const ports = new MessageChannel();
    let drops = false;
    const leaky = overPort(ports.port1, (message, moved) => {
      // Moved, and lost on the way.
      if (drops && moved.length > 0) structuredClone(message, { transfer: moved });
      else ports.port1.postMessage(message, moved);
    });
    await using transport = link(leaky, ports.port2);
    await using all = await converse({ transport });
    drops = true;
    const lost = failure(all.client.call("echo", [transfer(new Uint8Array(LARGE))]));
    await new Promise((resolve) => setImmediate(resolve));
    drops = false;
    const next = failure(all.client.call("echo", [1]));
    expect(await lost).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(await next).toMatchObject({ code: "LOST" });
    expect(await all.client.closed).toMatchObject({
      code: "LOST",
      message: expect.stringContaining("cannot be sent again"),
    });
  });
});

it("throws for a list of what cannot be transferred", () => {
  const shared = new SharedArrayBuffer(8);
  for (const list of [[1], ["bytes"], [{}], [null], [shared], [new Uint8Array(shared)]]) {
    expect(() => transfer({}, list as never)).toThrow(TypeError);
  }
  expect(() => transfer({})).toThrow("expected typed arrays or their buffers");
});

/** Compares long arrays, which the runner's own comparison takes seconds for. */
function expectBytes(actual: unknown, expected: ArrayBufferView): void {
  if (!ArrayBuffer.isView(actual)) throw new Error(`Expected an array, not ${String(actual)}`);
  const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);
  expect(bytesOf(actual).equals(bytesOf(expected))).toBe(true);
}

/** An end of a port whose messages pass by a function first. */
function overPort(port: MessagePort, post: (message: unknown, moved: ArrayBuffer[]) => void): MessageEnd {
  return {
    postMessage: post,
    on: (event: string, listener: (value: unknown) => void) => port.on(event, listener),
    off: (event: string, listener: (value: unknown) => void) => port.off(event, listener),
    ref: () => port.ref(),
    unref: () => port.unref(),
    close: () => port.close(),
  } as MessageEnd;
}

/** Connects at one end and listens at the other. */
function link(one: MessageEnd, other: MessagePort): Transport {
  const [near, far] = [messagePort(one), messagePort(other)];
  const close = async (): Promise<void> => {
    await Promise.all([near.close(), far.close()]);
  };
  return {
    ...near,
    connect: (address, options) => near.connect(address, options),
    listen: (address, options) => far.listen(address, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}
