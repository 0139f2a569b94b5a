import { RemoteError } from "@fourwire/session";
import { describe, expect, it } from "vitest";
import { at, ProxyError } from "../src/index.ts";
import { failure, stage, untyped } from "./fixture.ts";
import { OverheatedError, Robot } from "./robot.ts";
import { transports } from "./transports.ts";

describe.each(transports)("an error of a remote object over $name", ({ name, create }) => {
  it("arrives with name, message, code, own fields and causes", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const error = await failure(all.proxy.heat(99));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({
      name: "OverheatedError",
      message: "99 degrees are too many",
      code: "HOT",
      data: { celsius: 99 },
    });
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.cause).toMatchObject({ message: "the fan is off", cause: { message: "no power" } });
  });

  it("is an instance of the class registered for its name", async () => {
    await using all = await stage(new Robot(), { transport: create(), connect: { errors: { OverheatedError } } });
    const error = await failure(all.proxy.heat(100));
    expect(error).toBeInstanceOf(OverheatedError);
    expect(error).toMatchObject({ name: "OverheatedError", code: "HOT", celsius: 100 });
    expect((error as unknown as OverheatedError).inFahrenheit()).toBe(212);
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  it("is of its built-in class", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    expect(await failure(all.proxy.broken)).toBeInstanceOf(TypeError);
    expect(await failure(at(untyped(all.proxy), "wings"))).toBeInstanceOf(ProxyError);
  });

  it("shows the remote stack to a client on the same machine", async () => {
    // Through a broker nobody knows where the other end is, so there it has to be asked for.
    const serve = name === "redis" ? { showStacks: true } : {};
    await using all = await stage(new Robot(), { transport: create(), serve });
    const error = await failure(all.proxy.heat(99));
    expect(error.remoteStack).toContain("Robot.heat");
    expect(error.stack).toContain("at the other end");
  });

  it("hides the remote stack when told to", async () => {
    await using all = await stage(new Robot(), { transport: create(), serve: { showStacks: false } });
    const error = await failure(all.proxy.heat(99));
    expect(error.remoteStack).toBe(undefined);
    expect(error.stack).not.toContain("Robot.heat");
    expect(JSON.stringify([error, error.cause])).not.toContain("robot.ts");
  });

  it("is an error also when something else was thrown", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    expect(await failure(all.proxy.throwText())).toMatchObject({ message: "just text", cause: "just text" });
  });

  it("concerns one call when a result or an argument does not cross", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const other = await all.join();
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const [result, argument, cyclic, fine] = await Promise.all([
      failure(all.proxy.unserializable()),
      failure(all.proxy.echo({ deep: [Symbol("no value")] })),
      failure(all.proxy.echo(cycle)),
      all.proxy.add(1, 2),
    ]);
    expect(result).toMatchObject({ name: "SessionError", code: "NOT_SERIALIZABLE" });
    expect(argument).toMatchObject({ name: "SessionError", code: "NOT_SERIALIZABLE" });
    expect(argument.message).toContain("[0].deep[0]");
    expect(cyclic).toMatchObject({ code: "NOT_SERIALIZABLE" });
    expect(fine).toBe(3);
    expect([await all.proxy.add(2, 2), await other.add(3, 3)]).toStrictEqual([4, 6]);
    await other[Symbol.asyncDispose]();
  });

  it("leaves out what does not cross of what was thrown", async () => {
    await using all = await stage(new Robot(), { transport: create() });
    const error = await failure(all.proxy.throwUnserializable());
    expect(error).toMatchObject({ message: "with a function", data: { kept: 1 } });
    expect(await all.proxy.add(1, 1)).toBe(2);
  });
});
