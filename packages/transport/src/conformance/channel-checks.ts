/**
 * How a channel ends when somebody closes it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join, listen, meet, pattern, read, receive, rejectsWith, text } from "./bench.ts";
import type { Check } from "./check.ts";

/** The checks of `close` and `closed`. */
export const channelChecks: readonly Check[] = [
  {
    id: "channel/close-delivers",
    says: "Closing delivers every message that send had accepted.",
    async run(bench) {
      const { near, far } = await meet(bench);
      const accepted = Array.from({ length: 20 }, (_, index) => pattern(index * 5_000));
      for (const frame of accepted) await near.send([frame]);
      await near.close();
      for (const frame of accepted) assert.equal((await receive(far))?.[0]?.byteLength, frame.byteLength);
      assert.equal(await receive(far), undefined);
    },
  },
  {
    id: "channel/close-is-seen",
    says: "When one end closes, the other end's closed settles with nothing and its iteration ends.",
    async run(bench) {
      const listener = await listen(bench);
      const one = await join(bench, listener);
      const other = await join(bench, listener);
      await one.near.close();
      assert.equal(await one.far.closed, undefined);
      assert.equal(await receive(one.far), undefined);
      await other.far.close();
      assert.equal(await other.near.closed, undefined);
      assert.equal(await receive(other.near), undefined);
    },
  },
  {
    id: "channel/closed-settles",
    says: "After close, this end's closed settles with nothing.",
    async run(bench) {
      const { near } = await meet(bench);
      await near.close();
      assert.equal(await near.closed, undefined);
    },
  },
  {
    id: "channel/closed-waits",
    says: "As long as nobody closes, closed does not settle.",
    async run(bench) {
      const { near, far } = await meet(bench);
      let over = false;
      for (const end of [near, far]) void end.closed.then(() => (over = true));
      for (let round = 0; round < 10; round += 1) {
        await near.send(text("ping"));
        await receive(far);
        await far.send(text("pong"));
        await receive(near);
      }
      assert.equal(over, false);
    },
  },
  {
    id: "channel/close-ends-reading",
    says: "Closing ends a read that waits at the same end.",
    async run(bench) {
      const { near } = await meet(bench);
      const reading = receive(near);
      await near.close();
      assert.equal(await reading, undefined);
    },
  },
  {
    id: "channel/close-keeps-received",
    says: "What arrived before the far end closed can still be read afterwards.",
    async run(bench) {
      const { near, far } = await meet(bench);
      await near.send(text("last words"));
      await near.close();
      await far.closed;
      assert.equal(read(await receive(far)), "last words");
      assert.equal(await receive(far), undefined);
    },
  },
  {
    id: "channel/close-twice",
    says: "A channel can be closed twice, also at the same time and from both ends.",
    async run(bench) {
      const { near, far } = await meet(bench);
      await Promise.all([near.close(), near.close(), far.close()]);
      await near.close();
      await far.close();
    },
  },
  {
    id: "channel/send-after-close",
    says: "After close, send rejects with CLOSED.",
    async run(bench) {
      const { near } = await meet(bench);
      await near.close();
      await rejectsWith("CLOSED", near.send(text("late")));
    },
  },
  {
    id: "channel/send-after-end",
    says: "After the far end closed, send rejects with CLOSED.",
    async run(bench) {
      const { near, far } = await meet(bench);
      await near.close();
      await far.closed;
      await rejectsWith("CLOSED", far.send(text("late")));
    },
  },
];
