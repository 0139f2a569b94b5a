import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";

const demo = resolve(import.meta.dirname, "../../../apps/examples/dist/pizco/demo.js");

/** The demo as a user starts it; its lines as they come. */
function startDemo(...args: string[]): { process: ChildProcess; lines: AsyncIterable<string> } {
  const child = spawn(process.execPath, [demo, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  return { process: child, lines: createInterface({ input: child.stdout }) };
}

async function runDemo(...args: string[]): Promise<{ status: unknown; lines: string[] }> {
  const { process: child, lines } = startDemo(...args);
  const ended = once(child, "exit");
  const printed: string[] = [];
  for await (const line of lines) printed.push(line);
  const [status]: unknown[] = await ended;
  return { status, lines: printed };
}

it("prints what Pizco's documentation says, from two processes [pizco-1]", async () => {
  const { status, lines } = await runDemo("--pause-ms", "1");
  const [server = "", client = "", ...rest] = lines;
  expect(server).toMatch(/^server: process \d+ serves a MultiplyBy at tcp:\/\/127\.0\.0\.1:\d+$/);
  expect(client).toMatch(/^client: process \d+ uses it$/);
  expect(server.match(/process (\d+)/)?.[1]).not.toBe(client.match(/process (\d+)/)?.[1]);
  expect(rest).toStrictEqual([
    "2 * 8 = 16",
    "The factor was changed from 2 to 3",
    "3 * 8 = 24",
    "The factor was changed from 3 to 4",
    "4 * 8 = 32",
    "The factor was changed from 4 to 5",
    "5 * 8 = 40",
  ]);
  expect(status).toBe(0);
});

it("starts with another factor when told to", async () => {
  const { status, lines } = await runDemo("--pause-ms", "1", "--factor", "7");
  expect(lines[2]).toBe("7 * 8 = 56");
  expect(lines[3]).toBe("The factor was changed from 7 to 3");
  expect(status).toBe(0);
});

it("ends with another status than 0 when its server is killed", async () => {
  // Long enough for the kill to come between two lines.
  const { process: child, lines } = startDemo("--pause-ms", "1000");
  const ended = once(child, "exit");
  let server: number | undefined;
  for await (const line of lines) {
    server ??= Number(/^server: process (\d+) /.exec(line)?.[1]);
    if (line === "2 * 8 = 16") process.kill(server, "SIGKILL");
    expect(line).not.toBe("3 * 8 = 24");
  }
  const [status, signal]: unknown[] = await ended;
  expect([status, signal]).toStrictEqual([1, null]);
});

it("ends with another status than 0 when it is told nonsense", async () => {
  const { status } = await runDemo("--factor", "seven");
  expect(status).not.toBe(0);
});
