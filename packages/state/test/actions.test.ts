import { describe, expect, it } from "vitest";
import { z } from "zod";
import { connectState } from "../src/index.ts";
import { failure, stage } from "./fixture.ts";
import { transports } from "./transports.ts";

describe.each(transports)("actions at the authority, over $name", ({ create }) => {
  const actions = {
    eat: {
      input: z.object({ count: z.number().int().positive() }),
      run(draft: Record<string, unknown>, input: unknown) {
        const { count } = z.object({ count: z.number() }).parse(input);
        const left = Number(draft.cookies) - count;
        draft.cookies = left;
        if (left < 0) throw new RangeError("not enough cookies");
        return { left };
      },
    },
    slow: {
      budgetMs: 5,
      run(draft: Record<string, unknown>) {
        draft.cookies = 0;
        const until = performance.now() + 20;
        while (performance.now() < until);
      },
    },
    late: { run: async () => 1 },
    odd: {
      run(draft: Record<string, unknown>) {
        draft.callback = () => 1;
      },
    },
  };
  const namespaces = { default: { initial: { cookies: 10 }, actions } };

  it("run by name, with arguments that are checked, and return", async () => {
    await using place = await stage({ transport: create(), serve: { namespaces } });
    const { state } = place;
    expect(await state.act("eat", { count: 3 })).toStrictEqual({ left: 7 });
    expect(await state.get("cookies")).toBe(7);
    const [change] = await state.history();
    expect(change).toMatchObject({
      tag: "eat",
      by: state.client,
      values: [{ kind: "set", path: ["cookies"], value: 7 }],
    });
    expect(await failure(state.act("eat", { count: -1 }))).toMatchObject({ code: "SCHEMA" });
    expect(await failure(state.act("toString"))).toMatchObject({ code: "ACTION_NOT_FOUND" });
  });

  it("leave nothing behind when they throw, take too long, wait, or make no data [zproc-7]", async () => {
    await using place = await stage({ transport: create(), serve: { namespaces } });
    const { state } = place;
    expect(await failure(state.act("eat", { count: 11 }))).toMatchObject({
      name: "RangeError",
      message: "not enough cookies",
    });
    expect(await failure(state.act("slow"))).toMatchObject({ code: "BUDGET_EXCEEDED" });
    expect(await failure(state.act("late"))).toMatchObject({ code: "INVALID_VALUE" });
    expect(await failure(state.act("odd"))).toMatchObject({ code: "INVALID_VALUE" });
    expect(await state.snapshot()).toMatchObject({ revision: 0, value: { cookies: 10 } });
  });

  it("see and change an object like any other, of very many keys, too", async () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key-${index}`, { index }]));
    // What is tested is not how fast this machine is at the moment.
    const budgetMs = 60_000;
    const tidy = {
      budgetMs,
      run(draft: Record<string, unknown>) {
        const seen = [Object.keys(draft).length, "key-7" in draft, "missing" in draft, draft.missing];
        draft.added = draft["key-1"];
        delete draft["key-2"];
        Object.assign(Object(draft["key-3"]), { index: -3 });
        draft["key-4"] = { ...Object(draft["key-4"]), more: true };
        draft.gone = 1;
        delete draft.gone;
        return { seen, keys: Object.keys(draft).slice(-1), first: Object.entries(draft)[0], three: draft["key-3"] };
      },
    };
    const touch = {
      budgetMs,
      run(draft: Record<string, unknown>) {
        draft.count = Number(draft.count ?? 0) + 1;
        return draft.count;
      },
    };
    await using place = await stage({
      transport: create(),
      serve: { namespaces: { default: { initial: many, actions: { tidy, touch } } } },
    });
    const { state } = place;
    expect(await state.act("tidy")).toStrictEqual({
      seen: [20_000, true, false, undefined],
      keys: ["added"],
      first: ["key-0", { index: 0 }],
      three: { index: -3 },
    });
    const [change] = await state.history();
    expect(change?.values.toSorted((left, right) => (left.path.join() < right.path.join() ? -1 : 1))).toStrictEqual([
      { kind: "set", path: ["added"], value: { index: 1 } },
      { kind: "delete", path: ["key-2"] },
      { kind: "set", path: ["key-3", "index"], value: -3 },
      { kind: "set", path: ["key-4"], value: { index: 4, more: true } },
    ]);
    for (let turn = 1; turn <= 200; turn += 1) expect(await state.act("touch")).toBe(turn);
    expect(await state.size()).toBe(20_001);
  });

  it("are done or not done when their caller is gone", async () => {
    await using place = await stage<{ cookies: number }>({ transport: create(), serve: { namespaces } });
    const { server, transport, state } = place;
    for (let round = 0; round < 5; round += 1) {
      const leaver = await connectState<{ cookies: number }>(server.address, { transport });
      const call = leaver.act("eat", { count: 1 }).catch(() => undefined);
      await leaver.close();
      await call;
    }
    const left = (await state.get("cookies")) ?? 0;
    expect((await state.head()).revision).toBe(10 - left);
  });
});
