import { describe, expect, it } from "vitest";
import { at, ProxyError, set } from "../src/index.ts";
import { failure, stage, untyped, untypedMethods } from "./fixture.ts";
import { Robot } from "./robot.ts";
import { transports } from "./transports.ts";

describe.each(transports)("a remote collection over $name", ({ create }) => {
  it("is a map at the server", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const { table } = all.proxy;
    expect(await table.get("home")).toBe(0);
    expect(await table.get("nowhere")).toBe(undefined);
    expect(await table.has("home")).toBe(true);
    expect(await table.size).toBe(1);
    expect(await table.set("dock", 4)).toBe(undefined);
    expect(robot.table).toStrictEqual(
      new Map([
        ["home", 0],
        ["dock", 4],
      ]),
    );
    expect(await table.keys()).toStrictEqual(["home", "dock"]);
    expect(await table.values()).toStrictEqual([0, 4]);
    expect(await table.entries()).toStrictEqual([
      ["home", 0],
      ["dock", 4],
    ]);
    expect([await table.delete("home"), await table.delete("home")]).toStrictEqual([true, false]);
    await table.clear();
    expect(robot.table.size).toBe(0);
  });

  it("is a set at the server", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const { tags } = all.proxy;
    expect([await tags.has("indoor"), await tags.size]).toStrictEqual([true, 1]);
    expect(await tags.add("blue")).toBe(undefined);
    expect(await tags.values()).toStrictEqual(["indoor", "blue"]);
    expect(await tags.delete("indoor")).toBe(true);
    expect(robot.tags).toStrictEqual(new Set(["blue"]));
    await tags.clear();
    expect(await tags.size).toBe(0);
  });

  it("is an array at the server", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const { path } = all.proxy;
    expect([await path[0], await path[2], await path[9]]).toStrictEqual([3, 2, undefined]);
    expect([await path.length, await path.at(-1), await path.includes(1), await path.indexOf(2)]).toStrictEqual([
      3,
      2,
      true,
      2,
    ]);
    expect(await path.push(5, 6)).toBe(5);
    expect(await path.pop()).toBe(6);
    expect(await path.shift()).toBe(3);
    expect(await path.unshift(8)).toBe(4);
    expect(await path.splice(1, 1)).toStrictEqual([1]);
    expect(robot.path).toStrictEqual([8, 2, 5]);
    expect(await path.slice(1)).toStrictEqual([2, 5]);
    expect(await path.concat([7])).toStrictEqual([8, 2, 5, 7]);
    expect(await path.join("-")).toBe("8-2-5");
    expect(await path.reverse()).toBe(undefined);
    expect(await path.toReversed()).toStrictEqual([8, 2, 5]);
    expect(await path.with(0, 9)).toStrictEqual([9, 2, 8]);
    expect(await path.entries()).toStrictEqual([
      [0, 5],
      [1, 2],
      [2, 8],
    ]);
    expect(robot.path).toStrictEqual([5, 2, 8]);
  });

  it("replaces and appends an array's elements, and leaves no gaps", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const { path } = all.proxy;
    await set(path, 1, 10);
    await set(path, 3, 40);
    expect(robot.path).toStrictEqual([3, 10, 2, 40]);
    expect(await failure(set(path, 9, 1))).toMatchObject({ code: "NOT_WRITABLE" });
    expect(await failure(set(untyped(path), "length", 0))).toMatchObject({ code: "NOT_WRITABLE" });
    expect(await failure(set(untyped(path), "push", 0))).toMatchObject({ code: "NOT_WRITABLE" });
    expect(robot.path).toStrictEqual([3, 10, 2, 40]);
  });

  it("is a typed array at the server", async () => {
    const robot = new Robot();
    await using all = await stage(robot, { transport: create() });
    const { samples } = all.proxy;
    expect([await samples[1], await samples.length, await samples.byteLength]).toStrictEqual([1.5, 2, 16]);
    await set(samples, 0, 2.5);
    expect(await samples.slice(0, 1)).toStrictEqual(new Float64Array([2.5]));
    await samples.set([7, 8]);
    expect(await samples).toStrictEqual(new Float64Array([7, 8]));
    await samples.fill(1);
    expect(robot.samples).toStrictEqual(new Float64Array([1, 1]));
    expect(await failure(set(samples, 2, 0))).toMatchObject({
      code: "NOT_WRITABLE",
    });
  });

  it("has the members in the table and no others", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const { table, tags, path, samples } = all.proxy;
    const outside: readonly [collection: object, name: string][] = [
      [table, "forEach"],
      [tags, "forEach"],
      [path, "map"],
      [path, "sort"],
      [samples, "buffer"],
      [samples, "map"],
    ];
    for (const [collection, name] of outside) {
      const calling = failure(at(untypedMethods(collection), name)(1));
      for (const error of [await calling, await failure(at(untyped(collection), name))]) {
        expect(error).toBeInstanceOf(ProxyError);
        expect(error).toMatchObject({ code: "NOT_FOUND" });
      }
    }
  });

  it("leads on through its elements that are plain data", async () => {
    const root = { rows: [{ cells: [1, 2] }], grid: [[1], [2]] };
    await using all = await stage(root, { transport: create() });
    expect(await all.proxy.rows[0]?.cells.push(3)).toBe(3);
    expect(root.rows).toStrictEqual([{ cells: [1, 2, 3] }]);
    expect(await all.proxy.grid[1]?.[0]).toBe(2);
  });

  it("can be the root itself", async () => {
    const root = new Map([["a", 1]]);
    await using all = await stage(root, { transport: create() });
    expect(await all.proxy.get("a")).toBe(1);
    await all.proxy.set("b", 2);
    expect(root.get("b")).toBe(2);
    expect(await all.proxy.size).toBe(2);
  });
});
