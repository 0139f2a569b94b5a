import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import type { Session } from "../src/index.ts";
import { converse, deferred, failure, turns, until } from "./fixture.ts";
import { HELLO, RawPeer } from "./raw-peer.ts";
import { tap } from "./tap.ts";
import { transports } from "./transports.ts";

const COUNT = 5_000;
const inOrder = Array.from({ length: COUNT }, (_, index) => index);

/** Sends small and large messages, every third as a notification. */
function send(session: Session, index: number): Promise<unknown> | undefined {
  const args = [index, index % 50 === 0 ? new Uint8Array(20_000) : "x".repeat(index % 200)];
  if (index % 3 > 0) return session.call("keep", args);
  session.notify("keep", args);
  return undefined;
}

describe.each(transports)("order over $name", ({ create }) => {
  it("of calls and notifications is that in which they were made, over many batches and sizes", async () => {
    const received: number[] = [];
    const functions = { keep: (index: number) => received.push(index) };
    await using conversation = await converse({ transport: create(), functions });
    const answers: Promise<unknown>[] = [];
    for (const index of inOrder) {
      const answer = send(conversation.client, index);
      if (answer) answers.push(answer);
      if (index % 700 === 0) await turns(1);
    }
    await Promise.all(answers);
    expect(received).toStrictEqual(inOrder);
  });

  it("of answers is that in which the served functions finish", async () => {
    await using conversation = await converse({ transport: create() });
    const settled: number[] = [];
    await Promise.all(
      [1, 2, 3].map((value) => conversation.client.call("echo", [value]).then(() => settled.push(value))),
    );
    expect(settled).toStrictEqual([1, 2, 3]);
  });
});

describe("batches", () => {
  it("carry all entries of a turn in one message, and all their answers in another", async () => {
    const sent: (readonly unknown[])[] = [];
    const received: (readonly unknown[])[] = [];
    const transport = tap(memory(), {
      sent: (message) => message[0] !== 0 && sent.push(message),
      received: (message) => message[0] !== 0 && received.push(message),
    });
    await using conversation = await converse({ transport });
    await Promise.all([1, 2, 3].map((value) => conversation.client.call("echo", [value])));
    await conversation.client.call("echo", [4]);
    expect(sent).toStrictEqual([
      [1, 0, 1, 1, "echo", [1], 1, 2, "echo", [2], 1, 3, "echo", [3]],
      [2, 1, 1, 4, "echo", [4]],
    ]);
    expect(received).toStrictEqual([
      [1, 1, 3, 1, 1, 3, 2, 2, 3, 3, 3],
      [2, 2, 3, 4, 4],
    ]);
  });

  it("are acknowledged once within 20 ms or so when nothing goes back", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    await using peer = await RawPeer.open(transport, conversation.server.address);
    await peer.send([1, 0, 5, "echo", [1]]);
    await peer.send([2, 0, 5, "echo", [2]]);
    expect(await peer.receive()).toStrictEqual([0, 1, 2]);
    await peer.send([3, 0, 1, 1, "echo", ["answered"]]);
    expect(await peer.receive()).toStrictEqual([1, 3, 3, 1, "answered"]);
    await peer.send([4, 1, 5, "echo", [4]]);
    expect(await peer.receive()).toStrictEqual([0, 1, 4]);
  });

  it("seen before are dropped: within a session every entry is dispatched once", async () => {
    const transport = memory();
    const received: number[] = [];
    const functions = { keep: (index: number) => received.push(index) };
    await using conversation = await converse({ transport, functions });
    transport.faults.set({ seed: 7, duplication: 0.5 });
    for (let index = 0; index < 200; index += 1) {
      expect(await conversation.client.call("keep", [index])).toBe(index + 1);
    }
    expect(received).toStrictEqual(inOrder.slice(0, 200));
  });

  it("seen before are dropped although their content differs", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    await using peer = await RawPeer.open(transport, conversation.server.address);
    await peer.send([1, 0, 1, 1, "echo", ["first"]]);
    await peer.send([1, 0, 1, 2, "echo", ["again"]]);
    await peer.send([2, 0, 1, 3, "echo", ["second"]]);
    expect(await peer.receive()).toStrictEqual([1, 1, 3, 1, "first"]);
    expect(await peer.receive()).toStrictEqual([2, 2, 3, 3, "second"]);
  });

  it.each(["loss", "reordering"] as const)("that are missing are sent again: %s", async (fault) => {
    const transport = memory();
    const made: number[] = [];
    const received: number[] = [];
    const gap = deferred();
    const info = (fields: object): void => {
      if (!("code" in fields) || fields.code !== "GAP") return;
      // The handshakes of the next channel are not to be reordered, which is more than a session can bear.
      transport.faults.heal();
      gap.resolve();
    };
    const logger = { debug: info, info, warn: info };
    const functions = { keep: (index: number) => received.push(index) };
    await using conversation = await converse({ transport, functions, open: { logger }, serve: { logger } });
    transport.faults.set({ seed: 3, [fault]: 0.3 });
    const call = (index: number): Promise<unknown> => {
      made.push(index);
      return conversation.client.call("keep", [index]);
    };
    const calls = inOrder.slice(0, 50).map((index) => turns(index).then(() => call(index)));
    await gap.promise;
    await until(() => made.length === 50);
    // The number of one more shows whether the last is missing, too.
    expect(await Promise.all([...calls, call(50)])).toHaveLength(51);
    expect(received).toStrictEqual(made);
    expect(conversation.client.stats()).toMatchObject({ resets: 0 });
    expect(conversation.client.stats().resumes).toBeGreaterThan(0);
  });

  it("beyond the next number end the channel, not the session", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    await using peer = await RawPeer.open(transport, conversation.server.address);
    await until(() => conversation.server.sessions.size === 2);
    const [, served] = conversation.server.sessions;
    await peer.send([1, 0, 5, "echo", []]);
    await peer.send([3, 0, 5, "echo", []]);
    expect(await peer.goodbye()).toBeUndefined();
    expect(served?.state).toMatchObject({ state: "parked", reason: { code: "GAP" } });
    expect(served?.stats().received.batches).toBe(1);
  });

  it("cannot be acknowledged before they are sent", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    for (const message of [
      [1, 5, 5, "echo", []],
      [0, 1, 1],
      [0, 1, Number.NaN],
      [0, 1, "1"],
      [0, 1],
    ]) {
      await using peer = await RawPeer.open(transport, conversation.server.address);
      await peer.send(message);
      expect(await peer.goodbye()).toBe("MALFORMED");
    }
  });

  it("are not sent at all when a call is refused", async () => {
    const sent: unknown[] = [];
    const transport = tap(memory(), { sent: (message) => sent.push(message[0]) });
    await using conversation = await converse({ transport });
    await failure(conversation.client.call("echo", [() => 1]));
    await conversation.client.call("echo", [1]);
    expect(sent).toStrictEqual([0, 1]);
  });

  it("are read until the goodbye", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    await using peer = await RawPeer.open(transport, conversation.server.address, HELLO);
    await peer.send([0, 6, "CLOSED", "so long"]);
    expect(await peer.receive()).toBeUndefined();
    expect(await peer.channel.closed).toBeUndefined();
  });
});
