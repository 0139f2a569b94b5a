// @ts-check
/**
 * Runs turbo without telemetry, update notices or a remote cache: `node scripts/turbo.mjs [--quiet] <arguments>`.
 *
 * With `--quiet` its output appears only when it fails.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const wanted = process.argv.slice(2);
const quiet = wanted[0] === "--quiet";

const { error, status, stdout, stderr } = spawnSync(
  join(root, "node_modules/.bin/turbo"),
  quiet ? wanted.slice(1) : wanted,
  {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, DO_NOT_TRACK: "1", TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
    stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
    shell: process.platform === "win32",
  },
);
if (error) throw error;
if (quiet && status !== 0) process.stderr.write(stdout + stderr);
process.exitCode = status ?? 1;
