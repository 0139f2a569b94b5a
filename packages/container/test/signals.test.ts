import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { isListening } from "./fixture.ts";

interface Program extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Waits for the next thing that it tells. */
  told(): Promise<unknown>;
  /** Waits for its end: the status, or the signal that it died of. */
  ended(): Promise<unknown>;
}

function startProgram(orders: object): Program {
  const child = fork(fileURLToPath(new URL("signal-process.js", import.meta.url)), [JSON.stringify(orders)], {
    // Built packages, as users have them; not the sources that tests see.
    execArgv: [],
  });
  const exited = once(child, "exit");
  const messages: unknown[] = [];
  let wake = (): void => undefined;
  child.on("message", (message) => {
    messages.push(message);
    wake();
  });
  return {
    process: child,
    async told() {
      while (messages.length === 0) {
        const woken = new Promise<"message">((resolve) => {
          wake = () => resolve("message");
        });
        const next = await Promise.race([woken, exited]);
        if (next !== "message" && messages.length === 0) throw new Error(`The program ended with ${String(next)}`);
      }
      return messages.shift();
    },
    async ended() {
      const [status, signal]: unknown[] = await exited;
      return status ?? signal;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

it.each(["SIGINT", "SIGTERM"] as const)("%s closes the application, and the process ends by itself", async (signal) => {
  await using program = startProgram({});
  const port = Number(/:(\d+)$/.exec(String(await program.told()))?.[1]);
  expect(await isListening(port)).toBe(true);
  program.process.kill(signal);
  expect(await program.told()).toBe("closing");
  expect(await program.told()).toBe("closed");
  expect(await program.ended()).toBe(0);
  expect(await isListening(port)).toBe(false);
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("a second signal, %s, ends the process at once, with status %d", async (signal, status) => {
  await using program = startProgram({ hangs: true });
  await program.told();
  program.process.kill("SIGTERM");
  expect(await program.told()).toBe("closing");
  program.process.kill(signal);
  expect(await program.ended()).toBe(status);
});

it("a part that fails to close makes the process end with status 1", async () => {
  await using program = startProgram({ fails: true });
  await program.told();
  program.process.kill("SIGTERM");
  expect(await program.told()).toBe("closing");
  expect(await program.told()).toContain("This one fails to close");
  expect(await program.ended()).toBe(1);
});

it("a signal during the start ends the start", async () => {
  await using program = startProgram({ starts: false });
  expect(await program.told()).toBe("starting");
  program.process.kill("SIGINT");
  expect(await program.told()).toBe("CLOSED: SIGINT came before the application had started");
  expect(await program.ended()).toBe(3);
});
