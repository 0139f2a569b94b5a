import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { serve } from "../src/index.ts";
import { connectSync } from "../src/sync/index.ts";
import { until } from "./fixture.ts";
import { sized } from "./size.ts";
import { type Robot, startProcess } from "./sync-peer.ts";

/** Gives a transport that cannot be used here a recipe for another thread. */
function withRecipe(name: string, options?: unknown): Transport {
  const module = new URL("sync-dying-transport.js", import.meta.url).href;
  return { ...memory(), name, recipe: { module, export: name, options } };
}

/** Does something again until it succeeds; the test's deadline bounds it. */
function eventually<Value>(run: () => Value): Value {
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
}

describe("a synchronous connection that cannot be", () => {
  it("is refused where nobody listens", () => {
    // The port of "discard", which needs privileges and at which nobody listens.
    const startedMs = performance.now();
    const connecting = (): unknown => connectSync("tcp://127.0.0.1:9");
    expect(connecting).toThrow(expect.objectContaining({ name: "TransportError", code: "REFUSED" }));
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it("says that a server on this same thread can never answer", async () => {
    await using transport = zmq({ connectTimeoutMs: 300 });
    await using server = await serve({ value: 1 }, "tcp://127.0.0.1:0", { transport });
    const connecting = (): unknown => connectSync(server.address, { transport });
    expect(connecting).toThrow(/this thread waits, so a server on this same thread can never answer$/);
  });

  it("is refused over memory and inproc, which do not leave the process", () => {
    const code = "UNSUPPORTED";
    expect(() => connectSync("robot", { transport: memory() })).toThrow(expect.objectContaining({ code }));
    expect(() => connectSync("inproc://robot")).toThrow(expect.objectContaining({ code }));
    expect(() => connectSync("inproc://robot", { transport: zmq() })).toThrow(/same process.*tcp, ipc/);
  });

  it("rejects a transport without a recipe, naming the option", () => {
    const { recipe: _, ...transport } = { ...memory(), name: "homemade", recipe: undefined };
    const connecting = (): unknown => connectSync("somewhere", { transport });
    expect(connecting).toThrow(expect.objectContaining({ name: "TransportError", code: "NO_RECIPE" }));
    expect(connecting).toThrow(/^transport: "homemade" has no recipe/);
    expect(() => connectSync("somewhere")).toThrow(/^transport: "somewhere" does not tell which one/);
  });

  it("says what to install when a transport's package is missing", () => {
    const recipe = { module: "@fourwire/transport-missing", export: "missing", options: undefined };
    const connecting = (): unknown => connectSync("x://", { transport: { ...memory(), name: "missing", recipe } });
    expect(connecting).toThrow(expect.objectContaining({ code: "NO_RECIPE" }));
    expect(connecting).toThrow(/npm install @fourwire\/transport-missing/);
  });

  it("says which part of a recipe makes no transport", () => {
    const connecting = (): unknown => connectSync("x://", { transport: withRecipe("notOne") });
    expect(connecting).toThrow(/"notOne" of ".*" makes no transport/);
  });

  it("names an option that makes no sense", () => {
    expect(() => connectSync("tcp://127.0.0.1:9", { timeoutMs: -1 })).toThrow(/^timeoutMs is -1/);
  });

  it("needs the key that the server asks for", async () => {
    await using server = await startProcess();
    const connecting = (): unknown => connectSync(server.address, { key: "k".repeat(32) });
    expect(connecting).toThrow(expect.objectContaining({ name: "SessionError", code: "UNAUTHORIZED" }));
  });
});

describe("the end of a synchronous connection", () => {
  it("comes with `using`, and the server sees the client leave", async () => {
    await using server = await startProcess();
    using robot = connectSync<Robot>(server.address);
    {
      using other = connectSync<Robot>(server.address);
      expect(other.clients).toBe(2);
    }
    expect(robot.clients).toBe(1);
    robot[Symbol.dispose]();
    robot[Symbol.dispose]();
    expect(() => robot.name).toThrow(expect.objectContaining({ code: "CLOSED", outcome: "notSent" }));
  });

  it("is LOST when the server is killed in the middle of a call, which then does not hang", async () => {
    await using server = await startProcess();
    using robot = connectSync<Robot>(server.address, { reconnect: { windowMs: 300 } });
    const startedMs = performance.now();
    expect(() => robot.die()).toThrow(
      expect.objectContaining({ name: "SessionError", code: "LOST", outcome: "unknown" }),
    );
    expect(() => robot.name).toThrow(expect.objectContaining({ code: "LOST", outcome: "notSent" }));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it("is LOST when its thread ends in the middle of a call, which then does not hang", async () => {
    await using server = await startProcess();
    const transport = withRecipe("dying", { afterMs: 200, how: "exit" });
    using robot = connectSync<Robot>(server.address, { transport, timeoutMs: Number.POSITIVE_INFINITY });
    expect(() => robot.forever()).toThrow(expect.objectContaining({ code: "LOST", outcome: "unknown" }));
    expect(() => robot.name).toThrow(expect.objectContaining({ code: "LOST", outcome: "notSent" }));
  });

  it("is LOST with the reason when its thread fails", async () => {
    await using server = await startProcess();
    const transport = withRecipe("dying", { afterMs: 200, how: "throw" });
    using robot = connectSync<Robot>(server.address, { transport });
    const cause = expect.objectContaining({ message: expect.stringContaining("a bug in the transport") });
    expect(() => robot.forever()).toThrow(expect.objectContaining({ code: "LOST", cause }));
  });

  it("goes on with a server that restarted, without what the former had handed out", async () => {
    const first = await startProcess();
    using robot = connectSync<Robot>(first.address);
    const { spare } = robot;
    const heard: number[] = [];
    robot.moved.connect((metres) => heard.push(metres));
    spare.name = "Spare";
    await first[Symbol.asyncDispose]();
    await using _second = await startProcess(first.address);
    expect(eventually(() => robot.age)).toBe(28);
    // The new server may have given the same number to another object by now.
    expect(robot.spare.name).toBe("Robbie");
    expect(() => spare.name).toThrow(expect.objectContaining({ name: "ProxyError", code: "REFERENCE_LOST" }));
    eventually(() => expect(robot.slots).toBe(1));
    robot.move(7);
    await until(() => heard.length === 1);
    expect(heard).toStrictEqual([7]);
  });

  it("leaves no thread behind, however often", { timeout: 120_000 }, async () => {
    await using server = await startProcess();
    const rounds = sized(25, 100);
    let started = 0;
    let running = 0;
    const count = (worker: Worker): void => {
      started += 1;
      running += 1;
      worker.once("exit", () => {
        running -= 1;
      });
    };
    process.on("worker", count);

    for (let round = 0; round < rounds; round += 1) {
      using robot = connectSync<Robot>(server.address);
      expect(robot.add(round, 1)).toBe(round + 1);
    }
    await until(() => started === rounds && running === 0);
    process.off("worker", count);
    expect(process.listenerCount("exit")).toBe(0);
    using robot = connectSync<Robot>(server.address);
    expect(robot.clients).toBe(1);
  });
});

describe("a program with a synchronous connection", () => {
  it.each([
    ["that is closed", "dispose", 0, ["Robbie"]],
    ["that is left open", "nothing", 0, ["Robbie", "moved 1"]],
    ["that has slots", "slots", 0, ["Robbie", "moved 1", "moved 2"]],
    ["when it exits", "exit", 5, ["Robbie"]],
    ["when it throws", "throw", 1, ["Robbie"]],
  ])("ends by itself with one %s", async (_, how, status, lines) => {
    await using server = await startProcess();
    const program = fileURLToPath(new URL("sync-client-process.js", import.meta.url));
    const child = spawn(process.execPath, [program, how, server.address], { stdio: ["ignore", "pipe", "ignore"] });
    const ended = once(child, "exit");
    const output = (await child.stdout.setEncoding("utf8").toArray()).join("");
    expect(output.trim().split("\n")).toStrictEqual(lines);
    expect(await ended).toStrictEqual([status, null]);
    using robot = connectSync<Robot>(server.address);
    expect(robot.clients).toBe(1);
  });
});
