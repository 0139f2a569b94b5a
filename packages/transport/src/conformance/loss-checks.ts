/**
 * How a channel ends when its far end dies.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Channel, Listener } from "../transport.ts";
import { accept, join, listen, read, receive, rejectsBecause, text } from "./bench.ts";
import type { Bench, Check, Victim } from "./check.ts";

/** Drivers that detect loss by heartbeat need some beats. */
const DEADLINE_MS = 20_000;

/** The checks of channels whose far end dies without a goodbye. */
export const lossChecks: readonly Check[] = [
  {
    id: "loss/seen",
    says: "When the far end dies without a goodbye, closed settles by itself with LOST.",
    needs: "detectsLoss",
    deadlineMs: DEADLINE_MS,
    async run(bench) {
      const { far, victim } = await meetVictim(bench);
      await victim.kill();
      assert.equal((await far.closed)?.code, "LOST");
    },
  },
  {
    id: "loss/ends-reading",
    says: "After a loss the iteration ends.",
    needs: "detectsLoss",
    deadlineMs: DEADLINE_MS,
    async run(bench) {
      const { far, victim } = await meetVictim(bench);
      const reading = receive(far);
      await victim.kill();
      assert.equal(await reading, undefined);
    },
  },
  {
    id: "loss/send",
    says: "After a loss send rejects with the reason in closed.",
    needs: "detectsLoss",
    deadlineMs: DEADLINE_MS,
    async run(bench) {
      const { far, victim } = await meetVictim(bench);
      await victim.kill();
      await rejectsBecause(await far.closed, far.send(text("anybody there?")));
    },
  },
  {
    id: "loss/others-go-on",
    says: "The loss of one channel leaves its listener and the other channels as they are.",
    needs: "detectsLoss",
    deadlineMs: DEADLINE_MS,
    async run(bench) {
      const { listener, far, victim } = await meetVictim(bench);
      const other = await join(bench, listener);
      await victim.kill();
      await far.closed;
      for (const { near, far: end } of [other, await join(bench, listener)]) {
        await near.send(text("still here"));
        assert.equal(read(await receive(end)), "still here");
      }
    },
  },
  {
    id: "loss/close",
    says: "A lost channel can be closed.",
    needs: "detectsLoss",
    deadlineMs: DEADLINE_MS,
    async run(bench) {
      const { far, victim } = await meetVictim(bench);
      await victim.kill();
      await far.closed;
      await far.close();
    },
  },
];

async function meetVictim(bench: Bench): Promise<{ listener: Listener; far: Channel; victim: Victim }> {
  const { fixture, transport } = bench;
  assert.ok(fixture.victim, "The traits declare detectsLoss, so the fixture needs a victim to see it");
  const listener = await listen(bench);
  const [victim, far] = await Promise.all([fixture.victim(transport, listener.address), accept(listener)]);
  return { listener, far, victim };
}
