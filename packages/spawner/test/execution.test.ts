import { set, withOptions } from "@fourwire/proxy";
import { setExecution } from "@fourwire/spawner";
import { describe, expect, it } from "vitest";
import { gate, laboratoryOf, start, startedKinds } from "./fixture.ts";

describe.each(startedKinds)("operations on an object in a worker of the kind %s", (kind) => {
  it("run as they arrive unless told otherwise", async () => {
    await using worker = await start(kind);
    const steps = await new (await laboratoryOf(worker)).Steps();
    const { opened, open } = gate();
    const first = steps.step("first", () => opened);
    await steps.step("second");
    open();
    await first;
    expect(await steps.log).toEqual(["first begins", "second begins", "second ends", "first ends"]);
  });

  it("run one after another when the worker is serial, and those of other objects beside them", async () => {
    await using worker = await start(kind, { execution: "serial" });
    const laboratory = await laboratoryOf(worker);
    const steps = await new laboratory.Steps();
    const { opened, open } = gate();
    const first = steps.step("first", () => opened);
    const second = steps.step("second");
    const failing = set(steps, "log", ["kept"]);
    const other = await new laboratory.Steps();
    await other.step("beside");
    open();
    await Promise.all([first, second, failing]);
    expect(await steps.log).toEqual(["kept"]);
  });

  it("run one after another on the object that is told so, and a call nobody waits for never begins", async () => {
    await using worker = await start(kind);
    const steps = await new (await laboratoryOf(worker)).Steps();
    await setExecution(steps, "serial");
    const { opened, open } = gate();
    const controller = new AbortController();
    const first = steps.step("first", () => opened);
    const aborted = withOptions(steps, { signal: controller.signal }).step("aborted");
    const refused = expect(aborted).rejects.toThrow("never mind");
    const second = steps.step("second");
    controller.abort(new Error("never mind"));
    await refused;
    await worker.ping();
    open();
    await Promise.all([first, second]);
    expect(await steps.log).toEqual(["first begins", "first ends", "second begins", "second ends"]);
    await expect(setExecution(steps, "sometimes" as never)).rejects.toThrow(/"parallel" or "serial"/);
  });

  it("go through a dispatcher", async () => {
    await using worker = await start(kind, { dispatcher: { module: "./laboratory.js", export: "dispatch" } });
    const laboratory = await laboratoryOf(worker);
    expect(await laboratory.add(1, 2)).toBe(3);
    expect(await laboratory.countDispatched()).toBe(2);
    const missing = start(kind, { dispatcher: { module: "./laboratory.js", export: "nothing" } });
    await expect(missing).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
