import type { Channel, Frames } from "@fourwire/transport";
import { describe, expect, it } from "vitest";
import { createCborCodec } from "../src/codec.ts";
import { Outbox } from "../src/outbox.ts";
import { NOTHING } from "../src/pack-report.ts";
import { type Deferred, deferred, turns } from "./fixture.ts";
import { decode } from "./raw-peer.ts";

const PEER = { maxItems: 1_000_000, maxMessageBytes: 100_000 };
const SMALL = { ...NOTHING, bytes: 10, items: 1 };

/** An outbox, the messages that it sent, and the promises of those sends. */
interface Bench {
  readonly outbox: Outbox;
  readonly sent: (readonly unknown[])[];
  readonly sends: Deferred<void>[];
  readonly failures: unknown[];
  put(...fields: readonly unknown[]): void;
}

function createBench({ holds = false, maxQueuedBytes = 1_000_000, received = 0, windowBytes = 10_000 } = {}): Bench {
  const sent: (readonly unknown[])[] = [];
  const sends: Deferred<void>[] = [];
  const failures: unknown[] = [];
  const channel: Pick<Channel, "send"> = {
    send(frames: Frames) {
      sent.push(decode(frames[0]));
      const send = deferred();
      sends.push(send);
      if (!holds) send.resolve();
      return send.promise;
    },
  };
  const outbox = new Outbox({
    codec: createCborCodec(),
    maxQueuedBytes,
    received: () => received,
    acknowledged: () => undefined,
    failed: (error) => failures.push(error),
  });
  outbox.attach(channel as Channel, { ...PEER, windowBytes });
  return {
    outbox,
    sent,
    sends,
    failures,
    put(...fields) {
      outbox.reserve({ ...SMALL, bytes: JSON.stringify(fields).length }).push(...fields);
      outbox.commit();
    },
  };
}

describe("an outbox", () => {
  it("sends what comes in one turn as one message, at the end of the turn", async () => {
    const { put, sent } = createBench({ received: 7 });
    put(3, 1, "a");
    put(3, 2, "b");
    expect(sent).toStrictEqual([]);
    await turns();
    expect(sent).toStrictEqual([[1, 7, 3, 1, "a", 3, 2, "b"]]);
  });

  it("sends what comes while a message is on its way as one message after it", async () => {
    const { put, sent, sends } = createBench({ holds: true });
    put(3, 1, "a");
    await turns();
    for (const id of [2, 3]) {
      put(3, id, "later");
      await turns();
    }
    expect(sent).toHaveLength(1);
    sends[0]?.resolve();
    await turns();
    expect(sent[1]).toStrictEqual([2, 0, 3, 2, "later", 3, 3, "later"]);
  });

  it("does not let a full batch wait for the end of the turn", () => {
    const { put, sent } = createBench({ windowBytes: 1_000_000 });
    for (let id = 1; id <= 300; id += 1) put(3, id, 0);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toHaveLength(2 + 256 * 3);
  });

  it("gathers what is held until it is released", async () => {
    const { outbox, put, sent } = createBench();
    await turns();
    outbox.hold();
    put(3, 1, "a");
    await turns();
    expect(sent).toStrictEqual([]);
    outbox.release();
    expect(sent).toHaveLength(1);
  });

  it("keeps within the window until the far end acknowledges", async () => {
    const { outbox, put, sent } = createBench();
    for (let id = 1; id <= 5; id += 1) {
      put(3, id, "x".repeat(4_000));
      await turns();
    }
    expect(sent).toHaveLength(2);
    expect(outbox.unacknowledgedBytes).toBeLessThanOrEqual(10_000);
    expect(outbox.queuedBytes).toBeGreaterThan(12_000);
    expect(outbox.lastSentSeq).toBe(2);
    outbox.acknowledge(1);
    await turns();
    expect(sent).toHaveLength(3);
    outbox.acknowledge(3);
    await turns();
    expect(sent).toHaveLength(4);
    outbox.acknowledge(4);
    await turns();
    expect(outbox.queuedBytes).toBe(0);
    expect(sent.flatMap((message) => message.filter((_, index) => index % 3 === 0).slice(1))).toStrictEqual([
      1, 2, 3, 4, 5,
    ]);
  });

  it("ignores an acknowledgement that is old, and refuses one of what was never sent", async () => {
    const { outbox, put } = createBench();
    put(3, 1, "a");
    await turns();
    outbox.acknowledge(1);
    outbox.acknowledge(1);
    outbox.acknowledge(0);
    expect(outbox.unacknowledgedBytes).toBe(0);
    for (const number of [2, Number.NaN]) {
      expect(() => outbox.acknowledge(number)).toThrow(expect.objectContaining({ code: "MALFORMED" }));
    }
  });

  it("refuses what would wait beyond maxQueuedBytes, except what must go", () => {
    const { outbox, put } = createBench({ maxQueuedBytes: 500 });
    put(3, 1, "x".repeat(300));
    expect(() => outbox.reserve({ ...SMALL, bytes: 300 })).toThrow(
      expect.objectContaining({ code: "QUEUE_FULL", outcome: "notSent" }),
    );
    expect(() => outbox.reserve({ ...SMALL, bytes: 300 }, true)).not.toThrow();
  });

  it("is drained once the channel accepted everything, or is gone", async () => {
    const { outbox, put, sends } = createBench({ holds: true });
    await outbox.drain();
    let isDrained = false;
    put(3, 1, "a");
    const drained = outbox.drain().then(() => {
      isDrained = true;
    });
    await turns();
    expect(isDrained).toBe(false);
    sends[0]?.resolve();
    await drained;
    put(3, 2, "b");
    const gone = outbox.drain();
    outbox.detach();
    await gone;
  });

  it("says when the channel refuses a message", async () => {
    const { put, sends, failures } = createBench({ holds: true });
    put(3, 1, "a");
    await turns();
    const error = new Error("refused");
    sends[0]?.reject(error);
    await turns();
    expect(failures).toStrictEqual([error]);
  });
});
