import { spawn as startProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { LogCollector, type Worker } from "@fourwire/spawner";
import { survivorsOf } from "@fourwire/test-kit";
import { expect, it } from "vitest";
import { gate, laboratoryOf, start } from "./fixture.ts";
import { sized } from "./size.ts";

/** What one worker that is killed again and again went through. */
interface Life {
  kills: number;
  /** What it wrote and was told to have written before it was killed. */
  readonly written: string[];
  /** How calls that were under way when it was killed ended. */
  readonly outcomes: Set<unknown>;
}

it("has permanent workers back after every kill, tells what became of calls, and loses no line", {
  timeout: 180_000,
}, async () => {
  using logs = new LogCollector({ sortWindowMs: 50, maxRecords: 1_000_000 });
  const collected = new Map<string, string[]>();
  logs.listen(({ msg, name }) => {
    collected.set(name, [...(collected.get(name) ?? []), msg]);
  });
  const deadline = performance.now() + sized(3_000, 60_000);
  const names = Array.from({ length: sized(4, 12) }, (_, index) => `tough ${index}`);
  const lives = await Promise.all(names.map((name) => live(name, logs, deadline)));
  logs.flush();
  for (const [index, { kills, written, outcomes }] of lives.entries()) {
    const lines = (collected.get(names[index] ?? "") ?? []).filter((line) => line.startsWith("line "));
    expect(lines).toEqual(written);
    expect(kills).toBeGreaterThan(1);
    expect([...outcomes]).toEqual(["LOST unknown", "REFERENCE_LOST"]);
  }
  expect(logs.dropped).toBe(0);
});

/** Kills a worker at random moments until the time is over, and uses it in between. */
async function live(name: string, logs: LogCollector, deadline: number): Promise<Life> {
  const life: Life = { kills: 0, written: [], outcomes: new Set() };
  const restart = { minDelayMs: 1, maxDelayMs: 20, maxRestarts: 100_000 };
  await using worker = await start("process", { name, log: logs, restart });
  while (performance.now() < deadline || life.kills < 2) await dieOnce(worker, life);
  // It is there again after the last one, too.
  expect(await (await laboratoryOf(worker)).add(life.kills, 1)).toBe(life.kills + 1);
  return life;
}

async function dieOnce(worker: Worker, life: Life): Promise<void> {
  const laboratory = await laboratoryOf(worker);
  const calls = Math.floor(Math.random() * 50);
  for (let call = 0; call < calls; call += 1) {
    const line = `line ${life.kills}.${call}`;
    // Lines of output and records come by different ways, which are in order each.
    await laboratory.print(`${line}\n`, "");
    life.written.push(line);
  }
  const { opened, open } = gate();
  const pending = laboratory.keep(() => {
    open();
    return new Promise<string>(() => undefined);
  });
  const lost = pending.catch((error: unknown) => error);
  await opened;
  await worker.kill();
  life.kills += 1;
  life.outcomes.add(describe(await lost));
  life.outcomes.add(describe(await Promise.resolve(laboratory.add(1, 1)).catch((error: unknown) => error)));
}

/** Names a failure's code and outcome. */
function describe(error: unknown): string {
  const { code, outcome } = error as { code?: string; outcome?: string };
  return outcome ? `${code} ${outcome}` : String(code);
}

it("leaves no process, handle, socket or folder after many workers at once, a third of them killed", {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "fourwire-many-"));
  try {
    const program = fileURLToPath(new URL("many-workers.js", import.meta.url));
    const parent = startProcess(process.execPath, [program, String(sized(6, 20))], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed, [code]] = await Promise.all([text(parent.stdout), once(parent, "exit")]);
    // It ended by itself: nothing was left that it had to wait for.
    expect(code).toBe(0);
    const pids: number[] = JSON.parse(printed);
    expect(pids.length).toBeGreaterThan(1);
    expect(await survivorsOf(pids, 1_000)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
