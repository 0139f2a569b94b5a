import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { connectSync } from "../src/sync/index.ts";
import { until } from "./fixture.ts";
import { type Robot, startProcess } from "./sync-peer.ts";

/** Node's prompt in a process of its own. */
class Prompt implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = "";

  constructor() {
    this.#child = spawn(process.execPath, ["-i"], { cwd: import.meta.dirname });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
    });
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Presses Ctrl-C. */
  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** Waits for a text, and forgets it and all before it. */
  async reads(text: string): Promise<void> {
    while (!this.#output.includes(text)) await once(this.#child.stdout, "data");
    this.#output = this.#output.slice(this.#output.indexOf(text) + text.length);
  }

  async ended(): Promise<unknown> {
    const [status]: unknown[] = await once(this.#child, "exit");
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}

it("comes back to Node's prompt on Ctrl-C, whatever it waits for, and can be used on", async () => {
  await using server = await startProcess();
  await using prompt = new Prompt();
  await prompt.reads("> ");
  prompt.type(`const { connectSync } = await import("@fourwire/proxy/sync");`);
  await prompt.reads("undefined\n> ");
  prompt.type(`const robot = connectSync("${server.address}");`);
  prompt.type("robot.name");
  await prompt.reads("'Robbie'\n> ");
  using watcher = connectSync<Robot>(server.address);
  let waits = 0;
  for (const waiting of ["robot.forever()", "robot.ask(() => robot.forever())"]) {
    prompt.type(waiting);
    waits += 1;
    // The server has the call, so the prompt waits; a signal before that would end whatever the prompt does then.
    await until(() => watcher.waits === waits);
    prompt.interrupt();
    await prompt.reads("interrupted by `SIGINT`");
    await prompt.reads("> ");
    prompt.type("robot.add(20, 22)");
    await prompt.reads("42\n> ");
  }
  prompt.type("robot");
  await prompt.reads("[Remote tcp://");
  prompt.type("robot[Symbol.dispose](), process.exit(7)");
  expect(await prompt.ended()).toBe(7);
  expect(watcher.clients).toBe(1);
});
