import { connectBus } from "@fourwire/bus";
import { callContext } from "@fourwire/session";
import { describe, expect, it } from "vitest";
import { Collected, eventually, Gate, join, rejectsWith, timeOf } from "./kit.ts";
import { media } from "./transports.ts";

class QuotaError extends Error {
  override readonly name = "QuotaError";
  readonly code = "QUOTA";
  readonly args = ["disk", 7];
}

describe.each(media)("calls over $name", ({ create, countsReceivers }) => {
  it("come back as a list with who answered", async () => {
    await using medium = await create();
    await using server = await join(medium, { name: "calculator" });
    await using client = await join(medium);
    await server.expose("product_remote", (a: number, b: number) => a * b);
    const results = await client.rpc("product_remote", 2, 4);
    expect(results).toEqual([{ result: 8, server: { id: server.id, name: "calculator" } }]);
  });

  it("come back from every server, results and errors alike", async () => {
    await using medium = await create();
    await using client = await join(medium);
    for (const [name, fn] of Object.entries({
      one: (): number => 1,
      two: async (): Promise<number> => 2,
      broken: fail,
    })) {
      await (await join(medium, { name })).expose("number", fn);
    }
    const answers = await client.rpc<() => number>("number");
    const byName = new Map(
      answers.map(({ result, error, args, server }) => [server?.name, error ? { error, args } : result]),
    );
    expect([byName.get("one"), byName.get("two")]).toEqual([1, 2]);
    expect(byName.get("broken")).toEqual({ error: expect.any(RangeError), args: ["out of reach"] });
  });

  it("never reject as a list: nobody there is an empty one, a mistake is one error", async () => {
    await using medium = await create();
    await using client = await join(medium);
    expect(await client.rpc("nobody")).toEqual([]);
    expect(await client.rpc("nobody", () => 1)).toMatchObject([
      { error: { code: "NOT_SERIALIZABLE" }, server: undefined },
    ]);
    await client.close();
    expect(await client.rpc("nobody")).toMatchObject([{ error: { code: "CLOSED" } }]);
  });

  it("to nobody reject at once where the transport knows, and at the deadline elsewhere [pymq-10]", async () => {
    await using medium = await create();
    await using client = await join(medium);
    const { one, first, all } = client.stub("nobody", { timeoutMs: 300 });
    await client.health();
    const limitMs = countsReceivers ? 100 : 400;
    for (const call of [one, first]) {
      // A machine that is busy may be late, but not every time.
      let fastestMs = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 10 && fastestMs >= limitMs; round += 1) {
        fastestMs = Math.min(fastestMs, await timeOf(() => rejectsWith("NO_SERVER", call())));
      }
      expect(fastestMs).toBeLessThan(limitMs);
    }
    await rejectsWith("NO_SERVER", all().next());
  });

  it("reach one server of several in turn, and the others when it is gone", async () => {
    await using medium = await create();
    await using client = await join(medium);
    const counts = new Map<string, number>();
    const servers = await Promise.all(["a", "b", "c"].map((name) => join(medium, { name })));
    for (const { name, expose } of servers.map((server) => ({
      name: server.name,
      expose: server.expose.bind(server),
    }))) {
      await expose("work", () => void counts.set(name, (counts.get(name) ?? 0) + 1));
    }
    const work = client.stub("work");
    await work();
    // All three have answered who serves it by the time the first call has.
    await eventually(async () => {
      await work();
      return counts.size === 3;
    });
    counts.clear();
    await Promise.all(Array.from({ length: 90 }, () => work()));
    expect([...counts.values()]).toEqual([30, 30, 30]);
    await servers[0]?.close();
    await servers[1]?.unexpose("work");
    counts.clear();
    await Promise.all(Array.from({ length: 30 }, () => work()));
    expect([...counts]).toEqual([["c", 30]]);
    await servers[2]?.close();
    await rejectsWith("NO_SERVER", work());
  });

  it("that are gathered end at one deadline, and name who was silent [pymq-11]", async () => {
    await using medium = await create();
    await using client = await join(medium);
    for (const name of ["one", "two"]) await (await join(medium, { name })).expose("where", () => name);
    const signals = new Collected<AbortSignal>();
    const hanging = await join(medium, { name: "three", graceMs: 0 });
    await hanging.expose("where", () => {
      signals.add(callContext().signal);
      return new Promise(() => undefined);
    });
    const answers: unknown[] = [];
    const passedMs = await timeOf(async () => {
      const all = client.stub("where", { timeoutMs: 1_500 }).all();
      for await (const { result, error, server } of all) answers.push([server?.name, error ? error.message : result]);
    });
    expect(passedMs).toBeGreaterThanOrEqual(1_499);
    expect(passedMs).toBeLessThan(6_000);
    expect(answers.slice(0, 2).sort()).toEqual([
      ["one", "one"],
      ["two", "two"],
    ]);
    expect(answers.slice(2)).toEqual([["three", expect.stringContaining("1500 ms")]]);
    const [signal] = await signals.until(1);
    await eventually(() => signal?.aborted === true);
  });

  it("that are gathered end by count, by silence or by an answer", async () => {
    await using medium = await create();
    await using client = await join(medium);
    for (const number of [1, 2, 3]) await (await join(medium)).expose("number", () => number);
    await (await join(medium, { graceMs: 0 })).expose("number", () => new Promise(() => undefined));
    const stub = client.stub<() => number>("number", { timeoutMs: 5_000 });
    expect((await stub.with({ count: 2 }).rpc()).length).toBe(2);
    const until = (_: unknown, answers: readonly unknown[]): boolean => answers.length === 3;
    expect((await stub.with({ until }).rpc()).map(({ result }) => result).sort()).toEqual([1, 2, 3]);
    for (const number of [1, 2, 3]) await (await join(medium)).expose("quiet", () => number);
    // Somebody who hears the call and never says that they work on it.
    await using listening = await medium.join().topics?.subscribe("bus.calls.quiet");
    expect(listening).toBeDefined();
    expect((await client.stub("quiet").with({ silenceMs: 1_000 }).rpc()).length).toBe(3);
  });

  it("resolve with the first result, and abort the rest", async () => {
    await using medium = await create();
    await using client = await join(medium);
    const signals = new Collected<AbortSignal>();
    await (await join(medium)).expose("number", () => fail());
    await (await join(medium, { graceMs: 0 })).expose("number", () => {
      signals.add(callContext().signal);
      return new Promise(() => undefined);
    });
    await (await join(medium)).expose("number", async () => {
      await signals.until(1);
      return 7;
    });
    expect(await client.stub("number").first()).toBe(7);
    await eventually(() => signals.items.every(({ aborted }) => aborted));
  });

  it("that fail reject with the error's name, message, code, arguments and class", async () => {
    await using medium = await create();
    await using server = await join(medium, { showStacks: true });
    await using client = await join(medium, { errors: { QuotaError } });
    await using stranger = await join(medium);
    await server.expose("quota", () => {
      throw new QuotaError("too much");
    });
    const error = await client
      .stub("quota")()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(QuotaError);
    expect(error).toMatchObject({ message: "too much", code: "QUOTA", args: ["disk", 7] });
    expect(error).toMatchObject({ remoteStack: expect.stringContaining("rpc.test.ts") });
    const [answer] = await stranger.rpc("quota");
    expect(answer).toMatchObject({
      error: { name: "QuotaError", message: "too much", code: "QUOTA" },
      args: ["disk", 7],
    });
  });

  it("whose result does not cross are answered with an error [pymq-7]", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    await bus.expose("fn", () => () => 1);
    await expect(bus.stub("fn")()).rejects.toMatchObject({ code: "NOT_SERIALIZABLE" });
  });

  it("carry the time left and the abort of the caller", async () => {
    await using medium = await create();
    await using server = await join(medium);
    await using client = await join(medium);
    const contexts = new Collected<ReturnType<typeof callContext>>();
    await server.expose("wait", async () => {
      const context = callContext();
      contexts.add(context);
      await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
    });
    const wait = client.stub("wait", { metadata: { user: "7" } });
    await rejectsWith("TIMEOUT", wait.with({ timeoutMs: 1_000 }).one());
    const control = new AbortController();
    const calling = wait.with({ signal: control.signal }).one();
    const [first, second] = await contexts.until(2);
    control.abort(new Error("enough"));
    await expect(calling).rejects.toThrow("enough");
    expect(first?.timeoutMs).toBeGreaterThan(0);
    expect(first?.timeoutMs).toBeLessThanOrEqual(1_000);
    expect(second?.metadata).toEqual({ user: "7" });
    await eventually(() => contexts.items.every(({ signal }) => signal.aborted));
    await eventually(async () => (await server.stats()).served.running === 0);
  });

  it("are not run when their time is up before their turn", async () => {
    await using medium = await create();
    await using server = await join(medium);
    await using client = await join(medium);
    const gate = new Gate();
    const runs = new Collected<number>();
    const fn = async (number: number): Promise<void> => {
      runs.add(number);
      await gate.opened;
    };
    await server.expose("slow", fn, { concurrency: 1 });
    await server.expose("quick", () => undefined);
    const slow = client.stub<typeof fn>("slow");
    await client.stub("quick")();
    const first = slow(1);
    await runs.until(1);
    await rejectsWith("TIMEOUT", slow.with({ timeoutMs: 50 }).one(2));
    // Behind the news that the caller gave up, on the same way.
    await client.stub("quick")();
    gate.open();
    await first;
    await slow(3);
    expect(runs.items).toEqual([1, 3]);
  });

  it("are turned down when the server has as much to do as it accepts", async () => {
    await using medium = await create();
    await using server = await join(medium);
    await using client = await join(medium);
    const gate = new Gate();
    await server.expose("slow", () => gate.opened, { concurrency: 1, maxCalls: 2 });
    const slow = client.stub("slow");
    const accepted = [slow(), slow()];
    await rejectsWith("BUSY", slow());
    gate.open();
    await Promise.all(accepted);
  });

  it("may call functions of the same bus, and a slow one delays no listener [pymq-21]", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const gate = new Gate();
    const seen = new Collected<unknown>();
    await bus.expose("inner", (number: number) => number + 1);
    await bus.expose("outer", async (number: number) => await bus.stub("inner")(number));
    await bus.expose("slow", () => gate.opened);
    await bus.subscribe("news", seen.add);
    const slow = bus.stub("slow")();
    expect(await Promise.all([1, 2, 3].map((number) => bus.stub("outer")(number)))).toEqual([2, 3, 4]);
    await bus.publish("news", 1);
    expect(await seen.until(1)).toEqual([1]);
    gate.open();
    await slow;
  });

  it("end when the bus that makes them closes, and running ones are waited for at the other", async () => {
    await using medium = await create();
    const server = await connectBus({ transport: medium.join(), graceMs: 5_000 });
    await using client = await join(medium);
    const gate = new Gate();
    const begun = new Collected<number>();
    await server.expose("slow", async (number: number) => {
      begun.add(number);
      await gate.opened;
      return number;
    });
    const calling = client.stub("slow")(1);
    await begun.until(1);
    const closing = server.close();
    gate.open();
    expect(await calling).toBe(1);
    await closing;
    const hanging = await join(medium, { graceMs: 0 });
    await hanging.expose("hang", () => new Promise(() => undefined));
    const caller = await join(medium);
    const ending = expect(caller.stub("hang")()).rejects.toMatchObject({ code: "CLOSED" });
    await caller.close();
    await ending;
    await hanging.close();
  });
});

function fail(): never {
  throw new RangeError("out of reach");
}
