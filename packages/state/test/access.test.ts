import { describe, expect, it } from "vitest";
import { type ServeStateOptions, where } from "../src/index.ts";
import { type Anything, failure, stage, take } from "./fixture.ts";
import { transports } from "./transports.ts";

const initial = { shared: 1, secrets: { key: "k" }, users: { ann: { age: 1 }, bob: { age: 2 } } };

/** Ann sees everything but the secrets, and writes what is shared and her own; an admin may do anything. */
const serve: Omit<ServeStateOptions, "transport"> = {
  namespaces: { default: { initial } },
  authenticate: ({ credentials }) => credentials,
  authorizePath({ principal, action, namespace, path: [key, user] }) {
    if (principal === "admin") return true;
    if (namespace !== "default" || action === "read") return key !== "secrets";
    return key === "shared" || (key === "users" && user === principal);
  },
};

describe.each(transports)("a state over $name whose values are not for everybody", ({ create }) => {
  it("leaves out what may not be read, and refuses it where it is named", async () => {
    await using place = await stage({ transport: create(), serve, connect: { credentials: "ann" } });
    const { state } = place;
    const admin = await place.join({ credentials: "admin" });
    const visible = { shared: 1, users: initial.users };
    expect((await state.snapshot()).value).toStrictEqual(visible);
    expect(await state.keys()).toStrictEqual(["shared", "users"]);
    const denied = [
      state.get("secrets"),
      state.at("secrets", "key").get(),
      state.has("secrets"),
      state.at("secrets", "key").untilEquals("k"),
      state.until(where("shared").equals(1)).then(() => state.txn().check("secrets", initial.secrets).commit()),
    ];
    for (const request of denied) expect(await failure(request)).toMatchObject({ code: "UNAUTHORIZED" });
    const woken = state.nextChange();
    await using _replica = await state.follow();
    const seen = take(state.changes({ mode: "latest" }), 1);
    await state.head();
    await state.head();
    await admin.set("secrets", { key: "other" });
    await admin.set("shared", 2);
    expect((await woken).values).toStrictEqual([{ kind: "set", path: ["shared"], value: 2 }]);
    expect((await seen)[0]).toMatchObject({ revision: 2 });
    await state.caughtUp(2);
    expect(state.view).toStrictEqual({ ...visible, shared: 2 });
    expect(await state.verify()).toBe(true);
    expect((await state.history()).map(({ revision }) => revision)).toStrictEqual([2]);
    expect(await admin.get("secrets")).toStrictEqual({ key: "other" });
  });

  it("is not deceived by another way to write a step", async () => {
    const deny = ["users/7", "list/0"];
    const serving: typeof serve = {
      namespaces: { default: { initial: { users: { 7: "seven" }, list: ["first", "second"] } } },
      authorizePath: ({ path }) => !deny.includes(path.join("/")),
    };
    await using place = await stage<Anything>({ transport: create(), serve: serving });
    const { state } = place;
    for (const path of [
      ["users", 7],
      ["users", "7"],
      ["list", 0],
      ["list", "0"],
    ] as const) {
      expect(await failure(state.at(...path).get())).toMatchObject({ code: "UNAUTHORIZED" });
    }
    for (const step of ["", "00", "0.0", "0x0", " 0", "-0"]) {
      expect(await state.at("list", step).get()).toBeUndefined();
      expect(await failure(state.at("list", step).set("other"))).toMatchObject({ code: "INVALID_PATH" });
    }
    expect(await state.at("list", "1").get()).toBe("second");
  });

  it("refuses a transaction whole when one of its values may not be written", async () => {
    await using place = await stage<Anything>({ transport: create(), serve, connect: { credentials: "ann" } });
    const { state } = place;
    const admin = await place.join({ credentials: "admin" });
    await state.at("users", "ann", "age").increment();
    const denied = [
      state.set("users", {}),
      state.at("users", "bob", "age").set(3),
      state.take("secrets"),
      state.txn().set("shared", 5).set(["users", "bob"], {}).commit(),
      state.merge({ shared: 5, other: 1 }),
      state.replace({ shared: 5 }),
      state.clear(),
    ];
    for (const request of denied) expect(await failure(request)).toMatchObject({ code: "UNAUTHORIZED" });
    expect((await admin.snapshot()).value).toStrictEqual({ ...initial, users: { ann: { age: 2 }, bob: { age: 2 } } });
    await admin.clear();
    expect(await admin.size()).toBe(0);
  });

  it("keeps what may not be read out of forks, and refuses to create what may not be written", async () => {
    await using place = await stage({ transport: create(), serve, connect: { credentials: "ann" } });
    const admin = await place.join({ credentials: "admin" });
    await place.state.namespaces.fork("copy");
    const copy = await admin.open("copy");
    expect((await copy.snapshot()).value).toStrictEqual({ shared: 1, users: initial.users });
    const denied = place.state.namespaces.create("other", { shared: 1, secrets: 1 });
    expect(await failure(denied)).toMatchObject({ code: "UNAUTHORIZED" });
    expect((await admin.namespaces.list()).toSorted()).toStrictEqual(["copy", "default"]);
  });

  it("tells whoever waits for a revision that it is here, also if it may not see what changed", async () => {
    await using place = await stage({ transport: create(), serve, connect: { credentials: "ann" } });
    const { state } = place;
    const admin = await place.join({ credentials: "admin" });
    await using _replica = await state.follow();
    const waiting = state.caughtUp(2);
    await state.head();
    const revision = await admin.txn().set("secrets", 2).commit();
    await admin.set("secrets", 3);
    await waiting;
    expect(revision).toBe(1);
    expect(state.viewRevision).toBe(2);
    expect(state.view).not.toHaveProperty("secrets");
  });
});
