import { spawn as startProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { failure } from "../fixture.ts";
import { sized } from "../size.ts";
import { redisServer } from "../transports.ts";
import { contextOver, isRunning, reachable, survivorsOf } from "./fixture.ts";
import { descend, where } from "./tasks.js";

type Case = readonly [ending: string, state: string, depth: number, transport: string];

const [zmqCase = expect.fail()] = reachable;
const endings = ["return", "dispose", "error", "SIGINT", "SIGTERM", "SIGKILL"];
const all: readonly Case[] = endings.flatMap((ending) =>
  ["idle", "busy", "foreign"].flatMap((state) =>
    [1, 3].flatMap((depth) => ["zmq", "webSocket", "redis"].map((name): Case => [ending, state, depth, name])),
  ),
);
const some: readonly Case[] = [
  ["return", "busy", 1, "webSocket"],
  ["dispose", "busy", 2, "zmq"],
  ["error", "idle", 2, "zmq"],
  ["SIGINT", "foreign", 1, "zmq"],
  ["SIGTERM", "idle", 2, "webSocket"],
  ["SIGKILL", "busy", 3, "zmq"],
  ["SIGKILL", "idle", 2, "redis"],
];

describe("when the outermost parent ends", () => {
  it.each(sized(0, 1) === 1 ? all : some)(
    "by %s, all below it that are %s are gone at depth %d over %s, and nothing else [zproc-19]",
    async (ending, state, depth, transport) => {
      const program = fileURLToPath(new URL("parent-process.js", import.meta.url));
      const parent = startProcess(
        process.execPath,
        [program, transport, String(depth), state, ending, redisServer.url],
        {
          stdio: ["ignore", "pipe", "ignore"],
        },
      );
      const exited = once(parent, "exit");
      const [line] = await Promise.race([
        once(parent.stdout, "data"),
        exited.then(([code]) => Promise.reject(new Error(`It ended with ${code} before it was ready`))),
      ]);
      const { pids, foreign }: { pids: number[]; foreign?: number } = JSON.parse(String(line));
      expect(pids).toHaveLength(depth);
      if (ending.startsWith("SIG")) parent.kill(ending as NodeJS.Signals);
      await exited;
      expect(await survivorsOf(pids, 2_000)).toEqual([]);
      if (foreign === undefined) return;
      expect(await isRunning(foreign)).toBe(true);
      process.kill(foreign, "SIGKILL");
    },
    60_000,
  );
});

describe("a context", () => {
  it("leaves no process behind when it is closed, whatever they do and started", async () => {
    await using stage = await contextOver(zmqCase, { processes: { stopTimeoutMs: 1_000 } });
    const { context } = stage;
    const stuck = await context.spawn(descend, { props: { depth: 2, state: "busy" } });
    const ending = failure(stuck.wait());
    const { pids } = await context.state.until((values) => values.pids.length === 2, { timeoutMs: 20_000 });
    await context.close();
    await context.close();
    expect(await ending).toMatchObject({ name: "ProcessError", code: "STOPPED" });
    expect(await survivorsOf(pids, 2_000)).toEqual([]);
  });

  it("stops a process whose signal aborts, and starts none whose signal has", async () => {
    await using stage = await contextOver(zmqCase);
    const { context } = stage;
    const controller = new AbortController();
    const { signal } = controller;
    const idle = await context.spawn(descend, { props: { depth: 1, state: "idle" }, signal, stopTimeoutMs: 500 });
    const ending = failure(idle.wait());
    controller.abort(new Error("enough"));
    expect(await ending).toMatchObject({ code: "STOPPED" });
    expect(idle.isAlive).toBe(false);
    expect((await failure(context.spawn(where, { signal }))).message).toBe("enough");
  });

  it("is not made, and starts nothing, while a process imports the module that does so", async () => {
    await using stage = await contextOver(zmqCase);
    const module = new URL("starts-at-import.js", import.meta.url).href;
    const impostor = { module, exportName: "task", run: () => undefined };
    const refused = await failure(stage.context.spawn(impostor));
    expect(refused).toMatchObject({ code: "STARTED_DURING_IMPORT" });
    expect(refused.message).toContain("starts-at-import.js");
  });
});
