// @ts-check
/**
 * Runs every built example and fails when one does, or when there is none.
 *
 * A story is a folder of apps/examples with a demo.ts, which checks itself by its exit code.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const examples = resolve(import.meta.dirname, "../apps/examples");
const deadlineMs = 60_000;

const stories = readdirSync(examples).filter((name) => existsSync(join(examples, name, "demo.ts")));
const failures = stories.filter((story) => !passes(story));
process.stdout.write(`${stories.length - failures.length} examples passed, ${failures.length} failed\n`);
process.exitCode = stories.length === 0 || failures.length > 0 ? 1 : 0;

/**
 * @param {string} story
 * @returns {boolean}
 */
function passes(story) {
  const startedMs = performance.now();
  const { status, signal, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(examples, "dist", story, "demo.js")],
    { encoding: "utf8", killSignal: "SIGKILL", stdio: ["ignore", "pipe", "pipe"], timeout: deadlineMs },
  );
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? "ok" : "FAILED"} ${story} (${seconds} s)\n`);
  if (status !== 0) process.stdout.write(`${stdout}${stderr}${error?.message ?? `ended with ${status ?? signal}`}\n`);
  return status === 0;
}
