import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { type CallContext, callContext } from "../src/index.ts";
import { aborted, converse, deferred, failure, turns, until } from "./fixture.ts";
import { transports } from "./transports.ts";

describe.each(transports)("cancelling over $name", ({ create }) => {
  it("rejects the call at once with the signal's reason, and aborts the served function's signal", async () => {
    const started = deferred();
    const stopped = deferred<unknown>();
    const functions = {
      work: async () => {
        const { signal } = callContext();
        started.resolve();
        stopped.resolve(await aborted(signal));
      },
    };
    await using conversation = await converse({ transport: create(), functions });
    const controller = new AbortController();
    const call = conversation.client.call("work", [], { signal: controller.signal });
    await started.promise;
    const reason = new RangeError("enough");
    controller.abort(reason);
    expect(await failure(call)).toBe(reason);
    expect(await stopped.promise).toMatchObject({ name: "RangeError", message: "enough" });
    expect(await conversation.client.call("echo", [1])).toBe(1);
  });

  it("carries signals among the arguments, which abort when the caller's do", async () => {
    const first = new AbortController();
    const second = new AbortController();
    const started = deferred();
    const functions = {
      watch: async (options: { readonly list: readonly AbortSignal[] }) => {
        const [a, b] = options.list;
        if (!a || !b) throw new Error("The signals are missing");
        started.resolve();
        const reason = await aborted(b);
        return [a instanceof AbortSignal, a.aborted, String(reason)];
      },
    };
    await using conversation = await converse({ transport: create(), functions });
    const call = conversation.client.call("watch", [{ list: [first.signal, second.signal] }]);
    await started.promise;
    second.abort("second");
    expect(await call).toStrictEqual([true, false, "Error: second"]);
  });
});

describe("a call with a signal", () => {
  it("that has aborted already never leaves", async () => {
    let calls = 0;
    await using conversation = await converse({ functions: { count: () => (calls += 1) } });
    const error = await failure(
      conversation.client
        .call("count", [], { signal: AbortSignal.abort("no") })
        .catch((reason: unknown) => Promise.reject({ reason })),
    );
    expect(error).toStrictEqual({ reason: "no" });
    expect(await conversation.client.call("count", [])).toBe(1);
  });

  it("tells the far end nothing when the signal aborts after the answer", async () => {
    const controller = new AbortController();
    const seen: boolean[] = [];
    let context: CallContext | undefined;
    const functions = {
      keep: () => {
        context = callContext();
        seen.push(context.signal.aborted);
      },
    };
    await using conversation = await converse({ functions });
    await conversation.client.call("keep", [controller.signal], { signal: controller.signal });
    controller.abort();
    await conversation.client.call("echo", []);
    expect(context?.signal.aborted).toBe(false);
    expect(seen).toStrictEqual([false]);
  });

  it("that serves many calls warns nobody about listeners", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    try {
      await using conversation = await converse();
      const { signal } = new AbortController();
      const calls = Array.from({ length: 100 }, (_, index) => conversation.client.call("echo", [index], { signal }));
      expect(await Promise.all(calls)).toHaveLength(100);
      await turns();
      expect(warnings).toStrictEqual([]);
    } finally {
      process.off("warning", listen);
    }
  });
});

describe("an AbortSignal among the arguments", () => {
  it("arrives aborted when it was", async () => {
    await using conversation = await converse({ functions: { look: (signal: AbortSignal) => signal.aborted } });
    expect(await conversation.client.call("look", [AbortSignal.abort()])).toBe(true);
  });

  it("is the same signal in every place where it stands for the same one, or at least aborts there", async () => {
    const controller = new AbortController();
    const started = deferred();
    const functions = {
      both: async (a: AbortSignal, b: AbortSignal) => {
        started.resolve();
        await Promise.all([aborted(a), aborted(b)]);
        return "both";
      },
    };
    await using conversation = await converse({ functions });
    const call = conversation.client.call("both", [controller.signal, controller.signal]);
    await started.promise;
    controller.abort();
    expect(await call).toBe("both");
  });

  it("aborts at the call's deadline", async () => {
    const reasons: unknown[] = [];
    const done = deferred();
    const functions = {
      wait: async (signal: AbortSignal) => {
        reasons.push(await aborted(signal));
        done.resolve();
        // An answer at the deadline might still arrive in time.
        await new Promise(() => undefined);
      },
    };
    await using conversation = await converse({ functions });
    const error = await failure(conversation.client.call("wait", [new AbortController().signal], { timeoutMs: 20 }));
    expect(error).toMatchObject({ code: "TIMEOUT", outcome: "unknown" });
    await done.promise;
    expect(reasons).toMatchObject([{ code: "TIMEOUT" }]);
  });

  it.each(["closed", "cut", "aborted"] as const)("aborts when the caller is gone: %s", async (how) => {
    const transport = memory();
    const started = deferred();
    const stopped = deferred<unknown>();
    const controller = new AbortController();
    const functions = {
      watch: async (signal: AbortSignal) => {
        const own = aborted(callContext().signal);
        started.resolve();
        stopped.resolve(await Promise.all([aborted(signal), own]));
      },
    };
    // Who comes back in time is not gone.
    const parking = { forMs: 0 };
    await using conversation = await converse({
      transport,
      functions,
      open: { reconnect: false },
      serve: { parking },
    });
    const call = conversation.client.call("watch", [new AbortController().signal], { signal: controller.signal });
    const failed = failure(call);
    await started.promise;
    if (how === "closed") await conversation.client.close();
    else if (how === "cut") transport.faults.cut();
    else controller.abort();
    await failed;
    expect(await stopped.promise).toHaveLength(2);
  });

  it("does not cross in results and errors", async () => {
    await using conversation = await converse({ functions: { give: () => new AbortController().signal } });
    expect(await failure(conversation.client.call("give", []))).toMatchObject({ code: "NOT_SERIALIZABLE" });
  });
});

describe("callContext()", () => {
  it("tells the peer, the metadata and the time left, also after an await", async () => {
    const functions = {
      who: async () => {
        await turns(2);
        const { peer, metadata, timeoutMs } = callContext();
        return { ...peer, metadata, timeoutMs };
      },
    };
    await using conversation = await converse({ functions });
    const metadata = { traceparent: "00-1-2-03", tenant: "é" };
    expect(await conversation.client.call("who", [], { metadata, timeoutMs: 750 })).toStrictEqual({
      sessionId: conversation.client.peer.sessionId,
      address: conversation.server.address,
      principal: undefined,
      metadata,
      timeoutMs: 750,
    });
  });

  it("keeps calls that run at the same time apart", async () => {
    const all = deferred();
    let waiting = 0;
    const functions = {
      mine: async () => {
        waiting += 1;
        if (waiting === 10) all.resolve();
        await all.promise;
        return callContext().metadata.number;
      },
    };
    await using conversation = await converse({ functions });
    const calls = Array.from({ length: 10 }, (_, index) =>
      conversation.client.call("mine", [], { metadata: { number: String(index) } }),
    );
    expect(await Promise.all(calls)).toStrictEqual(calls.map((_, index) => String(index)));
  });

  it("has no metadata and the session's own timeout unless the call says otherwise", async () => {
    const functions = { look: () => [callContext().metadata, callContext().timeoutMs] };
    await using conversation = await converse({ functions, open: { callTimeoutMs: 1_234 } });
    expect(await conversation.client.call("look", [])).toStrictEqual([{}, 1_234]);
    expect(await conversation.client.call("look", [], { timeoutMs: Number.POSITIVE_INFINITY })).toStrictEqual([
      {},
      Number.POSITIVE_INFINITY,
    ]);
  });

  it("is known in notifications, too", async () => {
    const seen: unknown[] = [];
    await using conversation = await converse({
      functions: { note: () => void seen.push(callContext().peer.sessionId) },
    });
    conversation.client.notify("note", []);
    await until(() => seen.length > 0);
    expect(seen).toStrictEqual([conversation.client.peer.sessionId]);
  });

  it("throws a TypeError where no call is served", () => {
    expect(() => callContext()).toThrow(TypeError);
  });
});
