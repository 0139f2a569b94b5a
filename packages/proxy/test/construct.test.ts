import { byReference, closeWith, connect, release, rootOf, type ServedHooks, sameRemote, serve } from "@fourwire/proxy";
import { memory } from "@fourwire/transport/memory";
import { expect, it } from "vitest";

class Counter {
  #value: number;
  constructor(start: number) {
    if (start < 0) throw new RangeError("A counter is never below 0");
    this.#value = start;
  }
  increment(): number {
    this.#value += 1;
    return this.#value;
  }
}

class Shop {
  /** A class that is given. */
  get Counter(): typeof Counter {
    return byReference(Counter);
  }
  /** A class that only happens to be there. */
  get Hidden(): typeof Counter {
    return Counter;
  }
}

it("constructs classes that are given by reference, and no others", async () => {
  await using transport = memory();
  await using server = await serve(new Shop(), undefined, { transport });
  await using shop = await connect<Shop>(server.address, { transport });
  const counter = await new shop.Counter(1);
  expect(await counter.increment()).toBe(2);
  await expect(new shop.Counter(-1)).rejects.toThrow(RangeError);
  await expect(new shop.Hidden(1)).rejects.toMatchObject({ code: "NOT_CALLABLE" });
});

it("tells a server's hooks what is constructed, given and released, and lets them run operations", async () => {
  const told: string[] = [];
  const hooks: ServedHooks = {
    run: (owner, operation) => {
      told.push(`run on ${owner.constructor.name}`);
      return operation();
    },
    constructed: () => void told.push("constructed"),
    given: () => void told.push("given"),
    released: () => void told.push("released"),
  };
  await using transport = memory();
  await using server = await serve(new Shop(), undefined, { transport, hooks });
  const shop = await connect<Shop>(server.address, { transport });
  const counter = await new shop.Counter(1);
  await counter.increment();
  const other = await new shop.Counter(1);
  release(counter);
  expect(sameRemote(shop, rootOf(other))).toBe(true);
  expect(sameRemote(shop, other)).toBe(false);
  await shop[Symbol.asyncDispose]();
  await server.close();
  const made = ["run on Shop", "constructed", "given"];
  expect(told).toEqual([...made, "run on Counter", ...made, "released", "released"]);
});

it("gives a proxy an end of its own, and says why its references are lost", async () => {
  await using transport = memory();
  await using server = await serve(new Shop(), undefined, { transport });
  const shop = await connect<Shop>(server.address, { transport, lostBecause: "the shop is shut" });
  const counter = await new shop.Counter(1);
  {
    await using owned = closeWith(counter, async () => await shop[Symbol.asyncDispose]());
    expect(await owned.increment()).toBe(2);
  }
  await expect(counter.increment()).rejects.toThrow("the shop is shut");
});
