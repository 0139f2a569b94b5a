import { describe, expect, expectTypeOf, it } from "vitest";
import { agentOf, batch, set } from "../src/index.ts";
import { failure, stage, turns } from "./fixture.ts";
import { transports } from "./transports.ts";

class Account {
  balance = 10;
  readonly seen: string[] = [];

  deposit(amount: number): number {
    if (!(amount > 0)) throw new RangeError(`${amount} is not above 0`);
    this.seen.push(`deposit ${amount}`);
    this.balance += amount;
    return this.balance;
  }

  async slowName(): Promise<string> {
    await turns(3);
    this.seen.push("name");
    return "savings";
  }
}

describe.each(transports)("a batch over $name", ({ create }) => {
  it("leaves in one message and resolves with all results in order, reads last", async () => {
    await using account = await stage(new Account(), { transport: create() });
    const before = agentOf(account.proxy).stats().sent.batches;
    const results = await batch(account.proxy, (proxy) => [
      proxy.slowName(),
      proxy.deposit(5),
      proxy.balance,
      set(proxy, "balance", 1),
    ]);
    expect(results).toEqual(["savings", 15, 1, undefined]);
    expect(agentOf(account.proxy).stats().sent.batches - before).toBe(1);
    expect(await account.proxy.balance).toBe(1);
    const [name, balance, read] = results;
    expectTypeOf({ name, balance, read }).toEqualTypeOf<{ name: string; balance: number; read: number }>();
  });

  it("runs what follows a failure, and rejects with every failure once all have settled", async () => {
    const account = new Account();
    await using served = await stage(account, { transport: create() });
    const error = await failure(
      batch(served.proxy, (proxy) => [proxy.deposit(-1), proxy.deposit(2), proxy.deposit(0), proxy.slowName()]),
    );
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({
      message: "2 of 4 calls failed, at 0, 2",
      errors: [{ message: "-1 is not above 0" }, { message: "0 is not above 0" }],
    });
    expect(account.seen).toEqual(["deposit 2", "name"]);
  });

  it("of a thousand calls keeps their order, others' calls apart", async () => {
    const account = new Account();
    await using served = await stage(account, { transport: create() });
    await using other = await served.join();
    const amounts = Array.from({ length: 1_000 }, (_, index) => index + 1);
    const [results] = await Promise.all([
      batch(served.proxy, (proxy) => amounts.map((amount) => proxy.deposit(amount))),
      other.deposit(10_000),
    ]);
    expect(results).toHaveLength(1_000);
    expect(account.seen.filter((seen) => seen !== "deposit 10000")).toEqual(
      amounts.map((amount) => `deposit ${amount}`),
    );
  });

  it("says what is wrong with its arguments", async () => {
    await using served = await stage(new Account(), { transport: create() });
    const noArray = () => "calls" as unknown as [];
    expect(await failure(batch(served.proxy, noArray))).toMatchObject({
      name: "TypeError",
      message: expect.stringContaining("array"),
    });
    expect(await failure(batch({}, () => []))).toMatchObject({
      name: "TypeError",
      message: expect.stringContaining("proxy"),
    });
    const thrown = batch(served.proxy, () => {
      throw new Error("changed my mind");
    });
    expect(await failure(thrown)).toMatchObject({ message: "changed my mind" });
    expect(await batch(served.proxy, () => [])).toEqual([]);
  });
});
