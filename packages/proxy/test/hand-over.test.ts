import { describe, expect, it } from "vitest";
import { release } from "../src/index.ts";
import { until } from "./fixture.ts";
import { givenTo, triangle } from "./hand-over-fixture.ts";
import { transports } from "./transports.ts";

const reachable = transports.filter(({ name }) => ["memory", "zmq", "webSocket", "redis"].includes(name));

describe.each(reachable)("a proxy handed over by $name", ({ create }) => {
  it("is used by the third end directly, and stays usable when the holder has released it [pyacq-8]", async () => {
    await using all = await triangle({ transport: create(), third: { accept: () => true } });
    const table = await all.toOwner.table();
    await all.toDesk.put(table);
    release(table);
    const given = givenTo(all.desk);
    expect(await given.add(2)).toBe(2);
    expect(all.handOver.stats().links).toBe(1);
    expect(all.ownerServer.clients).toBe(2);
    expect(all.owner.table().rows).toBe(2);
    expect(await given.rows).toBe(2);
    expect(all.relayed).toStrictEqual([]);
  });

  it("is used by the third end when the holder is gone", async () => {
    await using all = await triangle({ transport: create(), third: { accept: () => true } });
    await all.toDesk.put(await all.toOwner.table());
    await all.toDesk[Symbol.asyncDispose]();
    await all.toOwner[Symbol.asyncDispose]();
    await until(() => all.deskServer.clients === 0);
    const given = givenTo(all.desk);
    expect(await given.add(2)).toBe(2);
    const heard: number[] = [];
    await given.changed.connect((rows) => void heard.push(rows));
    expect(await given.ask((rows) => rows + 1)).toBe(3);
    await given.add(1);
    await until(() => heard.length > 0);
    expect(heard).toStrictEqual([3]);
  });
});
