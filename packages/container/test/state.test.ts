import { configure, STATE, STATE_SERVER, stateToken } from "@fourwire/container";
import { configureForTest } from "@fourwire/container/testing";
import { memoryStore } from "@fourwire/state";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aside, rejection } from "./fixture.ts";

interface Tank {
  readonly level: number;
}

const tank = {
  initial: { level: 1 },
  schemas: { level: z.number() },
  actions: { drain: { run: (draft: Record<string, unknown>) => (draft.level = 0) } },
};

describe("a state", () => {
  it("is shared by applications that know its address and namespace", async () => {
    await using network = memory();
    const serve = { namespaces: { tank } };
    const connect = { namespace: "tank" };
    await using keeper = await configure({ transport: network, address: "tanks", state: { serve } }, aside);
    await using one = await configure({ transport: network, address: "tanks", state: { connect } }, aside);
    await using other = await configure({ transport: network, address: "tanks", state: { connect } }, aside);
    const waiting = other.resolve(stateToken<Tank>()).until(({ level }) => level === 5);
    await one.resolve(stateToken<Tank>()).set("level", 5);
    expect(await waiting).toStrictEqual({ level: 5 });
    expect(keeper.resolve(STATE_SERVER)).toMatchObject({ address: "tanks", clients: 2 });
    expect(() => keeper.resolve(STATE)).toThrow('Nothing is configured for "state.connect"');
  });

  it("has the schemas and actions that it was configured with", async () => {
    await using app = await configureForTest({
      state: { serve: { namespaces: { default: tank } }, connect: {} },
    });
    const state = app.resolve(STATE);
    expect(await rejection(state.set("level", "high"))).toMatchObject({ code: "SCHEMA" });
    await state.act("drain");
    expect(await state.get("level")).toBe(0);
  });

  it("is used under the application's key, and under one of its own", async () => {
    await using network = memory();
    const session = { key: "the key of this whole application" };
    const serve = { address: "own", key: "another key that is long enough" };
    await using _own = await configure({ transport: network, session, state: { serve, connect: {} } }, aside);
    const start = configure({ transport: network, session, state: { connect: { address: "own" } } }, aside);
    expect(await rejection(start)).toMatchObject({
      code: "START_FAILED",
      path: "state.connect",
      cause: { code: "UNAUTHORIZED" },
    });
  });

  it("lets go of its store when a later part fails to open, so that another authority may have it", async () => {
    await using network = memory();
    const store = memoryStore();
    const serve = { address: "tanks", store };
    const start = configure({ transport: network, state: { serve, connect: { namespace: "nowhere" } } }, aside);
    expect(await rejection(start)).toMatchObject({
      code: "START_FAILED",
      path: "state.connect",
      cause: { code: "NAMESPACE_NOT_FOUND" },
    });
    expect(await rejection(network.connect("tanks"))).toMatchObject({ code: "REFUSED" });
    await using again = await configure({ transport: network, state: { serve, connect: {} } }, aside);
    await again.resolve(STATE).set("level", 1);
  });
});
