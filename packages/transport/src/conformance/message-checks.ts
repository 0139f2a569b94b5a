/**
 * What passes through a channel, and in which order.
 *
 * @module
 */

import assert from "node:assert/strict";
import { MAX_FRAMES } from "../frames.ts";
import {
  assertPlain,
  assertSame,
  join,
  listen,
  meet,
  pattern,
  read,
  receive,
  rejectsAsMistake,
  rejectsWith,
  text,
} from "./bench.ts";
import type { Check } from "./check.ts";
import { floodUnread } from "./flood.ts";

const MANY = 1_000;
const MIB = 1024 * 1024;

/** The checks of `send` and the iteration of a channel. */
export const messageChecks: readonly Check[] = [
  {
    id: "message/order",
    says: "Messages arrive in order and once, in both directions at the same time.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const expected = Array.from({ length: MANY }, (_, index) => String(index));
      const sending = [near, far].map(async (end) => {
        for (const number of expected) await end.send(text(number));
      });
      const reading = [near, far].map(async (end) => {
        for (const number of expected) assert.equal(read(await receive(end)), number);
      });
      await Promise.all([...sending, ...reading]);
    },
  },
  {
    id: "message/concurrent",
    says: "Sends that do not wait for each other keep their order, large and small.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const sizes = Array.from({ length: 200 }, (_, index) => (index % 10 === 0 ? 100_000 + index : index));
      const sending = sizes.map((size) => near.send([new Uint8Array(size)]));
      const readAll = async (): Promise<void> => {
        for (const size of sizes) assert.equal((await receive(far))?.[0]?.byteLength, size);
      };
      await Promise.all([...sending, readAll()]);
    },
  },
  {
    id: "message/frames",
    says: "A message arrives with the frames it was sent with: neither joined nor split.",
    async run(bench) {
      const { near, far } = await meet(bench);
      await near.send(text("a", "bc"));
      await near.send(text("abc"));
      assert.equal(read(await receive(far)), "a|bc");
      assert.equal(read(await receive(far)), "abc");
    },
  },
  {
    id: "message/empty-frames",
    says: "Empty frames arrive, be they first, last, between others or the only one.",
    async run(bench) {
      const { near, far } = await meet(bench);
      for (const parts of [[""], ["", "a"], ["a", ""], ["a", "", "b"], ["", "", ""]]) {
        await near.send(text(...parts));
        assertSame(await receive(far), text(...parts));
      }
    },
  },
  {
    id: "message/many-frames",
    says: "A message of a thousand frames arrives whole.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const frames = Array.from({ length: MANY }, (_, index) => pattern(index % 50));
      await near.send(frames);
      assertSame(await receive(far), frames);
    },
  },
  {
    id: "message/too-many-frames",
    says: "A message of 65,536 frames arrives whole; one more rejects with TOO_LARGE, and the channel goes on.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const most = Array.from({ length: MAX_FRAMES }, (_, index) => new Uint8Array(index % 2));
      await rejectsWith("TOO_LARGE", near.send([...most, new Uint8Array()]));
      await near.send(most);
      assertSame(await receive(far), most);
    },
  },
  {
    id: "message/large",
    says: "Messages of several MiB, or as many bytes as the driver allows, arrive whole.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const bytes = Math.min(4 * MIB + 1, bench.transport.traits.maxMessageBytes);
      const frames = [pattern(bytes)];
      await Promise.all([near.send(frames), far.send(frames)]);
      assertSame(await receive(far), frames);
      assertSame(await receive(near), frames);
    },
  },
  {
    id: "message/too-large",
    says: "A message of more than maxMessageBytes rejects with TOO_LARGE, and the channel goes on.",
    needs: "maxMessageBytes",
    async run(bench) {
      const { near, far } = await meet(bench);
      await rejectsWith("TOO_LARGE", near.send([new Uint8Array(bench.transport.traits.maxMessageBytes), pattern(1)]));
      await near.send(text("small"));
      assert.equal(read(await receive(far)), "small");
    },
  },
  {
    id: "message/views",
    says: "Of a frame that is a view of a larger buffer only the view is sent.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const whole = pattern(100);
      await near.send([whole.subarray(10, 20), Buffer.from(whole.buffer, 50, 5)]);
      assertSame(await receive(far), [whole.slice(10, 20), whole.slice(50, 55)]);
    },
  },
  {
    id: "message/reuse",
    says: "Once send has resolved the sender may reuse its buffers.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const buffers = [new Uint8Array(16), new Uint8Array(100_000)];
      for (let round = 1; round <= 20; round += 1) {
        for (const buffer of buffers) buffer.fill(round);
        await near.send(buffers);
      }
      for (const buffer of buffers) buffer.fill(0xff);
      for (let round = 1; round <= 20; round += 1) {
        assertSame(
          await receive(far),
          buffers.map((buffer) => new Uint8Array(buffer.byteLength).fill(round)),
        );
      }
    },
  },
  {
    id: "message/plain",
    says: "Received frames are plain Uint8Arrays, not Buffers.",
    async run(bench) {
      const { near, far } = await meet(bench);
      await near.send([Buffer.from("small"), pattern(100_000)]);
      assertPlain(await receive(far));
      await far.send([Buffer.from("back")]);
      assertPlain(await receive(near));
    },
  },
  {
    id: "message/owned",
    says: "Received frames belong to the receiver: writing to them changes nothing else.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const sent = text("first", "second");
      await near.send(sent);
      await near.send(text("third"));
      const [first, second] = (await receive(far)) ?? [];
      first?.fill(0);
      assertSame(second && [second], text("second"));
      assert.equal(read(await receive(far)), "third");
      assert.equal(read(sent), "first|second");
    },
  },
  {
    id: "message/mistakes",
    says: "Sending what is not at least one Uint8Array rejects with a TypeError, and the channel goes on.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const wrong: unknown = ["a string"];
      await rejectsAsMistake(near.send([]));
      // A caller without types is the one to protect.
      await rejectsAsMistake(near.send(wrong as Uint8Array[]));
      await near.send(text("fine"));
      assert.equal(read(await receive(far)), "fine");
    },
  },
  {
    id: "message/kept-until-read",
    says: "What was sent before the far end was accepted or read is kept for it.",
    async run(bench) {
      const listener = await listen(bench);
      const near = await bench.transport.connect(listener.address);
      for (const part of ["one", "two", "three"]) await near.send(text(part));
      for await (const far of listener) {
        assert.equal(read(await receive(far)), "one");
        assert.equal(read(await receive(far)), "two");
        assert.equal(read(await receive(far)), "three");
        return;
      }
    },
  },
  {
    id: "message/shared-iteration",
    says: "A second iterator goes on where the first one stopped.",
    async run(bench) {
      const { near, far } = await meet(bench);
      for (const part of ["one", "two", "three"]) await near.send(text(part));
      for await (const frames of far) {
        assert.equal(read(frames), "one");
        break;
      }
      for await (const frames of far) {
        assert.equal(read(frames), "two");
        break;
      }
      assert.equal(read(await receive(far)), "three");
    },
  },
  {
    id: "message/bounded",
    says: "What nobody reads is bounded, messages without content included: beyond maxInboxBytes the channel ends with LOST.",
    deadlineMs: 15_000,
    async run(bench) {
      const listener = await listen(bench);
      const unread = await join(bench, listener);
      const other = await join(bench, listener);
      await floodUnread(unread, bench.fixture.maxInboxBytes);
      assert.equal((await unread.far.closed)?.code, "LOST");
      await other.near.send(text("still here"));
      assert.equal(read(await receive(other.far)), "still here");
    },
  },
  {
    id: "message/slow-reader",
    says: "A channel that nobody reads does not delay another.",
    async run(bench) {
      const listener = await listen(bench);
      const slow = await join(bench, listener);
      const quick = await join(bench, listener);
      const unread = Array.from({ length: 8 }, () => slow.near.send([new Uint8Array(MIB)]));
      const talk = async (): Promise<void> => {
        await quick.near.send(text("ping"));
        assert.equal(read(await receive(quick.far)), "ping");
        await quick.far.send(text("pong"));
        assert.equal(read(await receive(quick.near)), "pong");
        for (const _ of unread) assert.equal((await receive(slow.far))?.[0]?.byteLength, MIB);
      };
      await Promise.all([...unread, talk()]);
    },
  },
];
