import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { DEFAULT_HEARTBEAT, type Heartbeat, openSession } from "../src/index.ts";
import { block } from "./busy-loop.ts";
import { plainEnvironment } from "./peer.ts";
import { stateOf } from "./resume-links.ts";
import { sized } from "./size.ts";

/** Runs a program of this folder to its own end, and returns what it wrote. */
async function run(program: string, args: readonly string[], timeoutMs: number): Promise<string> {
  const script = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: plainEnvironment(),
    // Far above what it needs: ended by this, it fails.
    timeout: timeoutMs,
  });
  const exited = once(child, "exit");
  const output = (await child.stdout.toArray()).join("");
  expect(await exited).toStrictEqual([0, null]);
  return output;
}

const PARKED = sized(200, 1_000);
const vanishing = [
  { name: "memory", clients: sized(2_000, 10_000) },
  { name: "zmq", clients: sized(500, 10_000) },
];

it.each(vanishing)("$clients clients that vanish over $name leave the server's memory where it was", async (given) => {
  const args = [given.name, `${given.clients}`, `${PARKED}`];
  const output = await run("resume-vanish-process.js", args, sized(18_000, 300_000));
  const { parked, before, after, empty } = JSON.parse(output);
  expect(parked).toBe(PARKED);
  // Some 150 bytes a client are the engine's own affair; a session that is kept takes more than 10,000.
  expect(after - before).toBeLessThan(1_000_000 + given.clients * 300);
  expect(empty).toBeLessThan(before);
});

/** Starts a server in a process of its own, whose event loop can be blocked. */
async function startBlockable(heartbeat: Heartbeat): Promise<AsyncDisposable & { readonly address: string }> {
  const script = fileURLToPath(new URL("resume-block-process.js", import.meta.url));
  const args = [script, `${heartbeat.intervalMs}`, `${heartbeat.windowMs}`];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"], env: plainEnvironment() });
  const exited = once(child, "exit");
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), exited]);
  if (typeof line !== "string") throw new Error("The server exited before it listened: is the package built?");
  return {
    address: line,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}

describe("an event loop that is blocked for longer than the heartbeat's window", () => {
  const blockMs = sized(1_000, 20_000);
  const heartbeat = sized(0, 1) === 1 ? DEFAULT_HEARTBEAT : { intervalMs: 100, windowMs: 300 };

  it("parks and resumes the session when it is the server's, and no call fails", async () => {
    await using server = await startBlockable(heartbeat);
    await using transport = zmq();
    await using client = await openSession(transport, server.address, { heartbeat });
    const parked = stateOf(client, "parked");
    const blocked = client.call("block", [blockMs]);
    const calls = Array.from({ length: 20 }, (_, number) => client.call("echo", [number]));
    await parked;
    const kept = client.call("echo", ["made while parked"]);
    expect(await blocked).toBe("unblocked");
    expect(await Promise.all(calls)).toStrictEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(await kept).toBe("made while parked");
    expect(client.stats()).toMatchObject({ resumes: 1, resets: 0 });
  });

  it("parks and resumes the session when it is the client's, and no call fails", async () => {
    await using server = await startBlockable(heartbeat);
    await using transport = zmq();
    await using client = await openSession(transport, server.address, { heartbeat });
    const waiting = client.call("later", [blockMs / 2]);
    await client.call("echo", []);
    block(blockMs);
    expect(await waiting).toBe("later");
    expect(await client.call("echo", ["after"])).toBe("after");
    expect(client.stats()).toMatchObject({ resumes: 1, resets: 0 });
  });
});

it("a process ends by itself once its parked client is closed", async () => {
  expect(await run("resume-idle-process.js", ["client"], 5_000)).toBe("closed\n");
});
