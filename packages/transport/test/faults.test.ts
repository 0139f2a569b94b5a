import type { Channel } from "@fourwire/transport";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import type { FaultOptions, MemoryTransport } from "@fourwire/transport/memory";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";

async function meet(transport: MemoryTransport): Promise<[near: Channel, far: Channel]> {
  const listener = await transport.listen();
  return [await transport.connect(listener.address), await accept(listener)];
}

/** Sends 0, 1, 2 … and returns what arrives until the channel is closed. */
async function carry(transport: MemoryTransport, total: number): Promise<number[]> {
  const [near, far] = await meet(transport);
  return sendAll(near, far, total);
}

async function sendAll(near: Channel, far: Channel, total: number): Promise<number[]> {
  for (let index = 0; index < total; index += 1) await near.send(text(String(index)));
  await near.close();
  const received: number[] = [];
  for await (const frames of far) received.push(Number(read(frames)));
  return received;
}

function count(total: number): number[] {
  return Array.from({ length: total }, (_, index) => index);
}

const ascending = (left: number, right: number): number => left - right;

describe("faults", () => {
  it("are none unless asked for", async () => {
    expect(await carry(memory(), 100)).toEqual(count(100));
  });

  it("lose messages", async () => {
    const received = await carry(memory({ faults: { loss: 0.3 } }), 200);
    expect(received.length).toBeGreaterThan(100);
    expect(received.length).toBeLessThan(180);
    expect(received).toEqual([...new Set(received)].sort(ascending));
  });

  it("duplicate messages", async () => {
    const received = await carry(memory({ faults: { duplication: 0.3 } }), 200);
    expect(new Set(received).size).toBe(200);
    expect(received.length).toBeGreaterThan(220);
    expect(received).toEqual(received.toSorted(ascending));
  });

  it("let messages overtake each other, without losing any", async () => {
    const received = await carry(memory({ faults: { reordering: 0.3 } }), 200);
    expect(received).not.toEqual(count(200));
    expect(received.toSorted(ascending)).toEqual(count(200));
  });

  it("let a message that none overtakes arrive all the same", async () => {
    const [near, far] = await meet(memory({ faults: { reordering: 1 } }));
    await near.send(text("alone"));
    expect(read(await receive(far))).toBe("alone");
  });

  it("delay messages and keep their order", async () => {
    const transport = memory({ faults: { delayMs: [5, 15] } });
    const [near, far] = await meet(transport);
    const since = performance.now();
    expect(await sendAll(near, far, 50)).toEqual(count(50));
    expect(performance.now() - since).toBeGreaterThanOrEqual(4);
  });

  it("give each copy of a duplicated message memory of its own", async () => {
    const [near, far] = await meet(memory({ faults: { duplication: 1 } }));
    await near.send(text("twice"));
    (await receive(far))?.[0]?.fill(0);
    expect(read(await receive(far))).toBe("twice");
  });

  it("are the same for the same seed and others for another, whatever passes on other channels", async () => {
    const everything: FaultOptions = { loss: 0.2, duplication: 0.2, reordering: 0.2 };
    const first = await carry(memory({ faults: { seed: 7, ...everything } }), 200);

    const network = memory({ faults: { seed: 7, ...everything } });
    const [near, far] = await meet(network);
    const [otherNear] = await meet(network);
    for (let index = 0; index < 50; index += 1) await otherNear.send(text("noise"));
    expect(await sendAll(near, far, 200)).toEqual(first);

    expect(await carry(memory({ faults: { seed: 8, ...everything } }), 200)).not.toEqual(first);
  });

  it("start again with the seed they are set to", async () => {
    const network = memory({ faults: { seed: 7, loss: 0.5 } });
    const first = await carry(network, 100);
    network.faults.set({ seed: 7, loss: 0.5 });
    expect(await carry(network, 100)).toEqual(first);
  });

  it("refuse connections", async () => {
    const network = memory({ faults: { refusal: 1 } });
    const { address } = await network.listen();
    await expect(network.connect(address)).rejects.toMatchObject({ code: "REFUSED" });
    network.faults.heal();
    await network.connect(address);
  });

  it("name the option that is out of range", () => {
    expect(() => memory({ faults: { loss: 1.5 } })).toThrow("faults.loss is a probability from 0 to 1");
    expect(() => memory({ faults: { delayMs: [10, 5] } })).toThrow("faults.delayMs");
    expect(() => memory().faults.set({ reordering: Number.NaN })).toThrow("faults.reordering");
  });
});

describe("faults.cut", () => {
  it("ends every channel at both ends with LOST, and drops what is under way", async () => {
    const network = memory({ faults: { delayMs: [60_000, 60_000] } });
    const [near, far] = await meet(network);
    await near.send(text("under way"));
    network.faults.cut();
    expect(await near.closed).toMatchObject({ code: "LOST" });
    expect(await far.closed).toMatchObject({ code: "LOST" });
    expect(await receive(far)).toBeUndefined();
  });

  it("leaves listeners alone, so that new channels can be opened", async () => {
    const network = memory();
    const listener = await network.listen("here");
    await network.connect("here");
    network.faults.cut();
    const lost = await accept(listener);
    expect(await lost.closed).toMatchObject({ code: "LOST" });
    const near = await network.connect("here");
    await near.send(text("again"));
    expect(read(await receive(await accept(listener)))).toBe("again");
  });

  it("cuts only the channel it is given, by either end", async () => {
    const network = memory();
    const [near, far] = await meet(network);
    const [otherNear, otherFar] = await meet(network);
    network.faults.cut(far);
    expect(await near.closed).toMatchObject({ code: "LOST" });
    await otherNear.send(text("spared"));
    expect(read(await receive(otherFar))).toBe("spared");
  });
});

describe("faults.halfOpen", () => {
  it("swallows messages and goodbyes both ways, without a word", async () => {
    const network = memory();
    const [near, far] = await meet(network);
    network.faults.halfOpen();
    await near.send(text("swallowed"));
    await far.send(text("swallowed"));
    await near.close();
    expect(await near.closed).toBeUndefined();
    await far.send(text("still nothing amiss"));
    network.faults.cut(far);
    expect(await receive(far)).toBeUndefined();
    expect(await far.closed).toMatchObject({ code: "LOST" });
  });

  it("leaves channels opened later alone", async () => {
    const network = memory();
    await meet(network);
    network.faults.halfOpen();
    expect(await carry(network, 10)).toEqual(count(10));
  });

  it("ends with heal, but what was swallowed stays lost", async () => {
    const network = memory();
    const [near, far] = await meet(network);
    network.faults.halfOpen(near);
    await near.send(text("swallowed"));
    network.faults.heal();
    await near.send(text("passes"));
    expect(read(await receive(far))).toBe("passes");
  });
});
