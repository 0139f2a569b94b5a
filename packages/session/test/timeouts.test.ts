import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { callContext, openSession } from "../src/index.ts";
import { afterIo, block, places } from "./busy-loop.ts";
import { converse, failure } from "./fixture.ts";
import { startPeer } from "./peer.ts";
import { transports } from "./transports.ts";

const BLOCK_MS = 300;
const TIMEOUT_MS = 100;
const never = (): Promise<never> => new Promise(() => undefined);

describe.each(transports)("a deadline over $name", ({ create }) => {
  it("rejects the call, naming what was called and for how long, and says that it may have run", async () => {
    await using conversation = await converse({ transport: create(), functions: { never } });
    const error = await failure(conversation.client.call("never", [], { timeoutMs: 30 }));
    expect(error).toMatchObject({ name: "SessionError", code: "TIMEOUT", outcome: "unknown" });
    expect(error.message).toBe('"never" gave no answer in 30 ms');
    expect(await conversation.client.call("echo", [1])).toBe(1);
  });
});

describe("a deadline", () => {
  it("is the session's own unless the call has one", async () => {
    await using conversation = await converse({ functions: { never }, open: { callTimeoutMs: 25 } });
    expect((await failure(conversation.client.call("never", []))).message).toContain("25 ms");
  });

  it("names the parts of a path", async () => {
    await using conversation = await converse({ open: { handler: () => ({ call: never, notify: never }) } });
    const error = await failure(conversation.served.call([0, "arm", "move"], [], { timeoutMs: 5 }));
    expect(error.message).toContain('"arm.move"');
  });

  it("travels: the served function's signal aborts without a word from the caller", async () => {
    const transport = memory();
    const reason = new Promise<unknown>((resolve) => {
      void converse({
        transport,
        functions: {
          wait: () => {
            const { signal } = callContext();
            signal.addEventListener("abort", () => resolve(signal.reason));
            // From here on nothing that the caller says arrives.
            transport.faults.halfOpen();
            return never();
          },
        },
        open: { heartbeat: false },
        serve: { heartbeat: false },
      }).then(({ client }) => failure(client.call("wait", [], { timeoutMs: 40 })));
    });
    expect(await reason).toMatchObject({ code: "TIMEOUT" });
    await transport.close();
  });

  it("of an infinite time is none", async () => {
    const functions = { look: () => callContext().timeoutMs };
    await using conversation = await converse({ functions, open: { callTimeoutMs: Number.POSITIVE_INFINITY } });
    expect(await conversation.client.call("look", [])).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([0, -1, Number.NaN])("of %d ms makes no sense, and the call says so", async (timeoutMs) => {
    await using conversation = await converse();
    const error = await failure(conversation.client.call("echo", [1], { timeoutMs }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain("timeoutMs");
  });

  it("that passed leaves a late answer without effect", async () => {
    let answer: (value: unknown) => void = () => undefined;
    const functions = { late: () => new Promise((resolve) => (answer = resolve)) };
    await using conversation = await converse({ functions });
    await failure(conversation.client.call("late", [], { timeoutMs: 10 }));
    answer("late");
    expect(await conversation.client.call("echo", [1])).toBe(1);
    expect(conversation.client.open).toBe(true);
  });
});

/** Starts something that is done at once, and blocks the loop before it can see that. */
function blockDuringIo(): Promise<void> {
  const done = afterIo();
  block(BLOCK_MS);
  return done;
}

describe.each(places)("a loop that is blocked in $place", ({ run }) => {
  it("fires no false timeout when the answer is there, over memory", async () => {
    await using conversation = await converse({ functions: { blockDuringIo } });
    for (let round = 0; round < 4; round += 1) {
      await run(() => conversation.client.call("blockDuringIo", [], { timeoutMs: TIMEOUT_MS }));
    }
  });

  it("fires no false timeout when the answer is there, over zmq from another process", async () => {
    await using transport = zmq();
    await using peer = await startPeer();
    await using client = await openSession(transport, peer.address);
    await client.call("echo", ["warm"]);
    for (let round = 0; round < 4; round += 1) {
      const call = client.call("echo", [round], { timeoutMs: TIMEOUT_MS });
      const [result] = await Promise.allSettled([call, run(() => block(BLOCK_MS))]);
      expect(result).toStrictEqual({ status: "fulfilled", value: round });
    }
  });

  it("would fire one if the deadline were a plain timer, so that the test over memory can fail", async () => {
    await using conversation = await converse({ functions: { blockDuringIo } });
    const winner = await run(() => {
      const call = conversation.client.call("blockDuringIo", []).then(() => "answer");
      const plain = new Promise<string>((resolve) => setTimeout(() => resolve("timeout"), TIMEOUT_MS));
      return Promise.race([call, plain]);
    });
    expect(winner).toBe("timeout");
  });
});
