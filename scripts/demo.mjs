// @ts-check
/**
 * Shows the four models, one after the other, each in real processes over
 * ZeroMQ on this machine.
 *
 * Options go to the first part, as in `npm run demo -- --factor 7`. It ends with
 * status 0 only when every part did.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const examples = resolve(import.meta.dirname, "../apps/examples/dist");
const deadlineMs = 60_000;

const parts = [
  { title: "proxy: a live object in another process", story: "pizco", args: process.argv.slice(2) },
  { title: "state: one state that processes share and wait on", story: "shared-state", args: [] },
  { title: "bus: events, a queue and calls by name between five processes", story: "bus-shop", args: [] },
  { title: "spawner: processes to start and to drive, with their logs", story: "pyacq", args: [] },
];

const failed = parts.find((part) => !passes(part));
if (failed) process.stderr.write(`The part "${failed.story}" failed\n`);
process.exitCode = failed ? 1 : 0;

/**
 * @param {{ title: string, story: string, args: readonly string[] }} part
 * @returns {boolean}
 */
function passes({ title, story, args }) {
  process.stdout.write(`\n== ${title}\n`);
  const { status } = spawnSync(process.execPath, [resolve(examples, story, "demo.js"), ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    killSignal: "SIGKILL",
    timeout: deadlineMs,
  });
  return status === 0;
}
