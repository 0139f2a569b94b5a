// @ts-check
/**
 * Packs every package as it would be published and lets publint and arethetypeswrong judge the result.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const judges = [
  ["publint", "--strict"],
  ["attw", "--pack", ".", "--profile", "esm-only"],
];

const names = readdirSync(join(root, "packages"));
const failures = names.filter((name) => !judges.every((judge) => accepts(judge, name)));
process.stdout.write(`${names.length - failures.length} packages accepted, ${failures.length} refused\n`);
process.exitCode = names.length === 0 || failures.length > 0 ? 1 : 0;

/**
 * @param {string[]} judge a command of the root's node_modules, with its arguments
 * @param {string} name of a folder in packages/
 * @returns {boolean}
 */
function accepts([command = "", ...args], name) {
  const { status, stdout, stderr, error } = spawnSync(join(root, "node_modules/.bin", command), args, {
    cwd: join(root, "packages", name),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  if (error) throw error;
  if (status !== 0) process.stdout.write(`FAILED ${command} ${name}\n${stdout}${stderr}\n`);
  return status === 0;
}
