import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createContext } from "@fourwire/state/processes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failure } from "../fixture.ts";
import { redisServer } from "../transports.ts";
import { contextOver, isRunning, optionsFor, reachable, survivorsOf } from "./fixture.ts";
import { busy, type Shape, wait } from "./tasks.js";

const [zmqCase = expect.fail()] = reachable;
const run = promisify(execFile);
const paths = { directory: "" };

beforeAll(async () => {
  paths.directory = await mkdtemp(join(tmpdir(), "fourwire-detached-"));
});
afterAll(() => rm(paths.directory, { recursive: true }));

describe.each(reachable)("a detached process over $name", (transportCase) => {
  it("outlives the one that started it, and is found and stopped by its name [zproc-20]", async () => {
    await using stage = await contextOver(transportCase);
    const { context, transport } = stage;
    const { address, key } = context;
    const parent = fileURLToPath(new URL("detaching-parent.js", import.meta.url));
    const logFile = join(paths.directory, `night-${transportCase.name}.log`);
    // It ends by itself, with everything that it did not detach.
    const { stdout } = await run(process.execPath, [
      ...[parent, address, String(key), logFile],
      ...[transportCase.name, redisServer.url],
    ]);
    const pid = Number(stdout);
    await context.state.until(({ log }) => log.includes("night waits"), { timeoutMs: 10_000 });
    expect(await isRunning(pid)).toBe(true);
    await using other = await createContext<Shape>(optionsFor(transport, { server: address, key }));
    expect(await other.find("day")).toBeUndefined();
    const found = (await other.find<string>("night")) ?? expect.fail("It is not found");
    expect(found).toMatchObject({ name: "night", pid });
    expect(await found.isAlive()).toBe(true);
    const logAgain = { name: "night", logFile, props: "again" };
    expect(await failure(other.spawnDetached(wait, logAgain))).toMatchObject({ code: "NAME_TAKEN" });
    const result = found.wait({ timeoutMs: 10_000 });
    await found.stop();
    await found.stop();
    expect(await result).toBe("night");
    expect(await found.isAlive()).toBe(false);
    expect(await other.find("night")).toBeUndefined();
    expect(await survivorsOf([pid], 5_000)).toEqual([]);
  }, 60_000);
});

describe("a detached process", () => {
  it("is ended by force when it does not answer", async () => {
    await using stage = await contextOver(zmqCase);
    const { context, transport } = stage;
    const { address, key } = context;
    await using other = await createContext<Shape>(optionsFor(transport, { server: address, key }));
    const detached = await other.spawnDetached(busy, { name: "busy", logFile: join(paths.directory, "busy.log") });
    await context.state.until(({ pids }) => pids.includes(detached.pid), { timeoutMs: 10_000 });
    await detached.stop({ timeoutMs: 200 });
    expect(await survivorsOf([detached.pid], 5_000)).toEqual([]);
    expect(await failure(detached.wait())).toMatchObject({ code: "NOT_FOUND" });
  }, 60_000);

  it("is refused beside a state that would not outlive its parent", async () => {
    await using stage = await contextOver(zmqCase);
    const options = { name: "night", logFile: join(paths.directory, "none.log"), props: "a" };
    expect(await failure(stage.context.spawnDetached(wait, options))).toMatchObject({ code: "NO_SERVER" });
    expect((await failure(stage.context.spawnDetached(wait, { ...options, name: "" }))).message).toContain("name");
  });
});
