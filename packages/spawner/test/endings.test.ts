import { spawn as startProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { survivorsOf } from "@fourwire/test-kit";
import { describe, expect, it } from "vitest";
import { laboratoryOf, start } from "./fixture.ts";
import { sized } from "./size.ts";

type Case = readonly [ending: string, state: string, depth: number];

const endings = ["return", "error", "SIGTERM", "SIGINT", "SIGKILL"];
const states = ["idle", "busy", "asleep"];
const all: readonly Case[] = endings.flatMap((ending) =>
  states.flatMap((state) => [1, 2, 3].map((depth): Case => [ending, state, depth])),
);
const some: readonly Case[] = [
  ["return", "idle", 1],
  ["error", "busy", 2],
  ["SIGTERM", "asleep", 1],
  ["SIGINT", "busy", 1],
  ["SIGKILL", "busy", 3],
  ["SIGKILL", "asleep", 2],
];

describe("when a parent ends", () => {
  it.each(sized(0, 1) === 1 ? all : some)(
    "by %s, its workers that are %s are gone at depth %d [pyacq-4]",
    async (ending, state, depth) => {
      const program = fileURLToPath(new URL("parent-process.js", import.meta.url));
      const parent = startProcess(process.execPath, [program, String(depth), state, ending], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const exited = once(parent, "exit");
      const [line] = await once(parent.stdout, "data");
      const pids: number[] = JSON.parse(String(line));
      expect(pids).toHaveLength(depth);
      if (ending.startsWith("SIG")) parent.kill(ending as NodeJS.Signals);
      await exited;
      const survivors = await survivorsOf(pids, 2_000);
      expect(survivors).toEqual([]);
    },
  );
});

it("leaves no process and no handle after many workers, one after another", { timeout: 300_000 }, async () => {
  const before = process.getActiveResourcesInfo().length;
  const pids: number[] = [];
  for (let index = 0; index < sized(10, 200); index += 1) {
    await using worker = await start(index % 2 === 0 ? "process" : "thread");
    expect(await (await laboratoryOf(worker)).add(index, 1)).toBe(index + 1);
    if (worker.kind === "process") pids.push(worker.pid);
  }
  expect(await survivorsOf(pids, 1_000)).toEqual([]);
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
});
