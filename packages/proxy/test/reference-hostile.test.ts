import type { Handler, Session } from "@fourwire/session";
import { describe, expect, it } from "vitest";
import { agentOf, describe as describeMembers } from "../src/index.ts";
import { Operation } from "../src/operation.ts";
import { failure, stage, until } from "./fixture.ts";

/** Something that is sent as whatever its sender claims it to be. */
class Forged {
  readonly home: number | undefined;

  constructor(home?: number) {
    this.home = home;
  }

  method(): void {}
}

/** An end that numbers what it sends as it likes. */
class Forger implements Handler {
  #sent = 0;
  readonly arrived: number[] = [];
  readonly references: NonNullable<Handler["references"]> = {
    pack: (value) => {
      if (!(value instanceof Forged)) return undefined;
      if (value.home !== undefined) return [value.home];
      this.#sent += 1;
      const number = this.#sent;
      return { kind: 0, depart: () => number };
    },
    arrive: (reference) => {
      this.arrived.push(reference);
      return { reference };
    },
    home: () => ({}),
    released: () => undefined,
  };

  call(): void {}
  notify(): void {}
}

class Keeper {
  readonly kept: unknown[] = [];

  keep(value: unknown): number {
    return this.kept.push(value);
  }

  greetMany(count: number): ((name: string) => string)[] {
    return Array.from({ length: count }, () => this.greet());
  }

  greet(): (name: string) => string {
    return (name) => `hello ${name}`;
  }
}

async function besiege(maxReferences?: number) {
  const keeper = new Keeper();
  const staged = await stage(keeper, { serve: { limits: { maxReferences } } });
  const forger = new Forger();
  const session: Session = await staged.open({ handler: () => forger, reconnect: false });
  return Object.assign(staged, { keeper, forger, session });
}

describe("a client that makes references up", () => {
  it.each([1, 7, Number.MAX_SAFE_INTEGER])("loses its own session by bringing home %d", async (reference) => {
    await using all = await besiege();
    const call = failure(all.session.call("keep", [new Forged(reference)]));
    expect(await all.session.closed).toMatchObject({ code: "MALFORMED" });
    expect(await call).toMatchObject({ name: "SessionError" });
    expect(all.keeper.kept).toStrictEqual([]);
    expect(await all.proxy.keep(1)).toBe(1);
  });

  it("gets no further by bringing home the root than by calling it", async () => {
    await using all = await besiege();
    await all.session.call("keep", [new Forged(0)]);
    expect(all.keeper.kept[0]).toBe(all.keeper);
    await all.session.close();
  });

  it("disturbs nobody by letting go of what it never had, or more often than it had", async () => {
    await using all = await besiege();
    const greet = await all.proxy.greet();
    for (const reference of [0, 1, 2, Number.MAX_SAFE_INTEGER]) {
      for (const count of [0, 1, Number.MAX_SAFE_INTEGER]) all.session.release(reference, count);
    }
    await all.session.call("greet", []);
    const [reference = 0] = all.forger.arrived;
    all.session.release(reference, 0);
    expect(await all.session.call([Operation.CALL, reference], ["you"])).toBe("hello you");
    all.session.release(reference, Number.MAX_SAFE_INTEGER);
    const late = all.session.call([Operation.CALL, reference], ["you"]);
    expect(await failure(late)).toMatchObject({ code: "REFERENCE_LOST" });
    expect(await greet("me")).toBe("hello me");
    await all.session.close();
  });

  it("does not reach what another client holds", async () => {
    await using all = await besiege();
    await all.proxy.greet();
    expect(await failure(all.session.call([Operation.CALL, 1], ["you"]))).toMatchObject({ code: "REFERENCE_LOST" });
    await all.session.close();
  });

  it("ends its session by sending more than maxReferences, of which no more are kept", async () => {
    await using all = await besiege(100);
    const calls = Array.from({ length: 300 }, () => all.session.call("keep", [new Forged()]).catch(String));
    expect(await all.session.closed).toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(all.keeper.kept.length).toBeLessThanOrEqual(100);
    const [kept] = all.keeper.kept as object[];
    await until(() => agentOf(kept ?? {}).stats().importedReferences === 0);
    await all.server.close();
    await all.session.close();
    await Promise.all(calls);
  });

  it("finds nothing below a function: neither call, bind and apply nor its class", async () => {
    await using all = await besiege();
    await all.session.call("greet", []);
    const [reference = 0] = all.forger.arrived;
    for (const name of ["call", "apply", "bind", "constructor", "prototype", "name", "length", "toString", "caller"]) {
      for (const operation of [Operation.GET, Operation.CALL, Operation.SET, Operation.CONNECT, Operation.DESCRIBE]) {
        const call = all.session.call([operation, reference, name], [1]);
        expect(await failure(call)).toMatchObject({ name: "ProxyError" });
      }
    }
    expect(await describeMembers((await all.proxy.greet()) as object)).toMatchObject({ members: [] });
    await all.session.close();
  });

  it("is not given more than maxReferences at once either", async () => {
    await using all = await besiege(10);
    expect(await failure(all.proxy.greetMany(11))).toMatchObject({ code: "LIMIT_EXCEEDED" });
    const [first, ...others] = await all.proxy.greetMany(10);
    expect(await first?.("you")).toBe("hello you");
    expect(others).toHaveLength(9);
    await all.session.close();
  });

  it("is told when this end has given it maxReferences, and goes on with what it has", async () => {
    await using all = await besiege(10);
    for (let count = 0; count < 10; count += 1) await all.session.call("greet", []);
    expect(await failure(all.session.call("greet", []))).toMatchObject({ code: "LIMIT_EXCEEDED" });
    const [first = 0] = all.forger.arrived;
    all.session.release(first, 1);
    await all.session.call("greet", []);
    await all.session.close();
  });
});
