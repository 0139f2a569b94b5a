import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connect } from "@fourwire/proxy";
import { attach, instantiate } from "@fourwire/spawner";
import { zmq } from "@fourwire/transport-zmq";
import { afterEach, expect, it } from "vitest";

interface Robot {
  readonly name: string;
  move(metres: number): number;
}

interface Command {
  readonly child: ChildProcess;
  /** Returns the next line that it prints; nothing when it has ended. */
  line(): Promise<string | undefined>;
  /** Settles with its status once it has ended. */
  readonly status: Promise<number | string>;
  stderr(): string;
}

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

const program = fileURLToPath(new URL("../dist/fourwire.js", import.meta.url));
const modules = fileURLToPath(new URL(".", import.meta.url));

function fourwire(args: readonly string[], env: Record<string, string> = {}): Command {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  running.add(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const status = once(child, "exit").then(([code, signal]): number | string => {
    running.delete(child);
    return code ?? signal;
  });
  return {
    child,
    status,
    stderr: () => complaints,
    line: async () => {
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
  };
}

/** Reads what the command says when it is ready. */
async function greeting(command: Command): Promise<{ address: string; key: string }> {
  const address = /^serving at (tcp:\/\/127\.0\.0\.1:\d+)$/.exec((await command.line()) ?? "")?.[1] ?? "";
  const key = /^key ([0-9a-f]{64})$/.exec((await command.line()) ?? "")?.[1] ?? "";
  return { address, key };
}

it("serves an empty place that a client fills and stops, and ends with status 0 [pizco-17] [pizco-19]", async () => {
  const command = fourwire(["serve", "tcp://127.0.0.1:0", "-p", modules, "--allow", "./robot.js"]);
  const { address, key } = await greeting(command);
  await using transport = zmq();
  const worker = await attach(address, { transport, key });
  const anchor = await worker.put({});
  await expect(instantiate(anchor, "./fourwire.js#Nothing")).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await expect(instantiate(anchor, "./robot.js#Robot")).rejects.toThrow("A robot needs a name");
  const robot = await instantiate<Robot>(anchor, "./robot.js#Robot", { args: ["Robbie"] });
  expect(await robot.name).toBe("Robbie");
  await expect(instantiate(anchor, "./robot.js#Robot", { args: ["Other"] })).rejects.toMatchObject({
    code: "NOT_ALLOWED",
  });
  await worker.stop();
  expect(await command.line()).toBe("stopped");
  expect(await command.status).toBe(0);
  await worker.close();
});

it("serves a named class, and ends with status 0 by Ctrl-C [pizco-19]", async () => {
  const key = "a key for this one test";
  const args = ["serve", "tcp://127.0.0.1:0", "-v", "-p", modules, "--object", "./robot.js#Robot", "--args", '["Rob"]'];
  const command = fourwire(args, { FOURWIRE_KEY: key });
  const address = (await command.line())?.slice("serving at ".length) ?? "";
  await using transport = zmq();
  const robot = await connect<Robot>(address, { transport, key, name: "object" });
  expect(await robot.move(2)).toBe(command.child.pid);
  await robot[Symbol.asyncDispose]();
  command.child.kill("SIGINT");
  expect(await command.line()).toBe("stopped");
  expect(await command.status).toBe(0);
  expect(command.stderr()).toContain('"level"');
});

it.each([
  [["serve", "tcp://127.0.0.1:0"], /nothing may be served: give --allow or --object/],
  [["serve", "carrier-pigeon", "--allow", "x"], /is no address/],
  [["serve", "tcp://127.0.0.1:0", "--object", "./robot.js#Robot", "--args", "{"], /--args is no JSON array/],
  [["serve"], /missing required argument 'address'/],
])("ends with status 1 and says why: %s", async (args, message) => {
  const command = fourwire([...args]);
  expect(await command.status).toBe(1);
  expect(command.stderr()).toMatch(message);
});
