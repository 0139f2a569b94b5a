/**
 * Robots that the `fourwire` command serves: `node command-line.js`. It checks
 * what it sees.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { agentOf, connect } from "@fourwire/proxy";
import { attach } from "@fourwire/spawner";
import { zmq } from "@fourwire/transport-zmq";
import type { Robot } from "./robot.ts";

/** The program that `npx fourwire` runs. */
const program = fileURLToPath(new URL("fourwire.js", import.meta.resolve("@fourwire/cli")));
const folder = fileURLToPath(new URL(".", import.meta.url));
const transport = zmq();

await serveGivenObject();
await serveEmptyPlace();
await transport.close();

/** fourwire serve ADDRESS -p FOLDER --object ./robot.js#Robot --args '["Robbie"]' */
async function serveGivenObject(): Promise<void> {
  const { command, address, key } = await fourwire("--object", "./robot.js#Robot", "--args", '["Robbie"]');
  {
    await using robot = await connect<Robot>(address, { transport, key, name: "object" });
    console.log(`command line: process ${String(command.pid)} serves ${await robot.name}`);
    assert.equal(await robot.move(5), 5);
  }
  // As Ctrl-C does.
  command.kill("SIGINT");
  assert.equal(await statusOf(command), 0);
}

/** fourwire serve ADDRESS -p FOLDER --allow './*.js': nothing is there until a client says what. */
async function serveEmptyPlace(): Promise<void> {
  const { command, address, key } = await fourwire("--allow", "./robot.js");
  await using worker = await attach(address, { transport, key });
  const place = agentOf(await worker.put({}));
  await assert.rejects(place.instantiate("./server.js#Robot"), { code: "NOT_ALLOWED" });
  const robot = await place.instantiate<Robot>("./robot.js#Robot", { args: ["Robby"] });
  assert.equal(await robot.name, "Robby");
  await worker.stop();
  assert.equal(await statusOf(command), 0);
}

interface Serving {
  readonly command: ChildProcess;
  readonly address: string;
  readonly key: string;
}

/** Runs the command, and reads where it serves and what the key is. */
async function fourwire(...args: readonly string[]): Promise<Serving> {
  const command = spawn(process.execPath, [program, "serve", "tcp://127.0.0.1:0", "-p", folder, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: command.stdout })) {
    said.push(line);
    if (said.length === 2) break;
  }
  command.stdout.resume();
  const [address = "", key = ""] = said.map((line) => line.replace(/^(serving at|key) /, ""));
  return { command, address, key };
}

async function statusOf(command: ChildProcess): Promise<number | null> {
  if (command.exitCode === null && command.signalCode === null) await once(command, "exit");
  return command.exitCode;
}
