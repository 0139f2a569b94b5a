import type { Restart } from "@fourwire/spawner";
import { describe, expect, it } from "vitest";
import { gate, laboratoryOf, start, startedKinds } from "./fixture.ts";

describe.each(startedKinds)("a worker of the kind %s that is started again", (kind) => {
  it("is another one behind the same face, and references to the old one say so [pyacq-23]", async () => {
    const { opened, open } = gate<Restart>();
    await using worker = await start(kind, { name: "phoenix", restart: { minDelayMs: 5, onRestart: open } });
    const before = await laboratoryOf(worker);
    const counter = await new before.Counter();
    const { threadId, pid } = worker.info;
    await worker.kill();
    expect(await opened).toMatchObject({ restarts: 1, delayMs: 5 });
    const after = await laboratoryOf(worker);
    expect(await after.add(1, 2)).toBe(3);
    expect([worker.info.pid, worker.info.threadId]).not.toEqual([pid, threadId]);
    expect(worker.restarts).toBe(1);
    await expect(counter.increment()).rejects.toMatchObject({
      code: "REFERENCE_LOST",
      message: expect.stringContaining('"phoenix" has ended and is restarted'),
    });
    expect(await worker.stop()).toMatchObject({ step: "close" });
    expect(await worker.exited).toMatchObject({ code: 0 });
    await expect(worker.names()).rejects.toMatchObject({ code: "EXITED" });
  });

  it("waits longer each time, and gives up after so many times in the period [pyacq-23]", async () => {
    const delays: number[] = [];
    const onRestart = ({ delayMs }: Restart): void => void delays.push(delayMs);
    const restart = { minDelayMs: 2, maxDelayMs: 6, maxRestarts: 3, onRestart };
    await using worker = await start(kind, { name: "hopeless", restart });
    for (let round = 0; round <= 3; round += 1) {
      const laboratory = await laboratoryOf(worker);
      const ended = worker.kill();
      await expect(laboratory.add(1, 1)).rejects.toThrow();
      await ended;
    }
    await worker.exited;
    expect(delays).toEqual([2, 4, 6]);
    await expect(worker.names()).rejects.toMatchObject({ code: "EXITED", message: expect.stringContaining("3 times") });
  });
});

it.each([
  ["transient", false, 0],
  ["temporary", true, 0],
  ["permanent", false, 1],
  ["transient", true, 1],
] as const)(
  "by the policy %s, a worker that crashed: %s is started %d times more",
  async (policy, crashes, restarts) => {
    const { opened, open } = gate<Restart>();
    await using worker = await start("process", { restart: { policy, minDelayMs: 1, onRestart: open } });
    const laboratory = await laboratoryOf(worker);
    if (crashes) await laboratory.crash("on purpose");
    else await laboratory.leave();
    await (restarts > 0 ? opened : worker.exited);
    expect(worker.restarts).toBe(restarts);
  },
);

it("is not started again when its owner stops it while it waits for that", async () => {
  const { opened, open } = gate<Restart>();
  const worker = await start("process", { restart: { minDelayMs: 60_000, maxDelayMs: 60_000, onRestart: open } });
  await worker.kill();
  await opened;
  expect(await worker.stop()).toMatchObject({ step: "none" });
  expect(await worker.exited).toMatchObject({ signal: "SIGKILL" });
});

it("refuses a policy that makes no sense, and names the option", async () => {
  await expect(start("process", { restart: { policy: "eager" as never } })).rejects.toThrow(/restart.policy is eager/);
  await expect(start("process", { restart: { maxRestarts: -1 } })).rejects.toThrow(/restart.maxRestarts is -1/);
});
