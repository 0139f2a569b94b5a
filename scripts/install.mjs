// @ts-check
/**
 * Makes a fresh checkout ready: checks Node, then installs what the lockfile says.
 *
 * Runs before anything is installed, so it imports nothing but Node itself.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const oldestNode = "20.19.0";

/**
 * Runs `npm ci` in a folder unless its node_modules already matches its lockfile.
 *
 * Contents are compared, not file times: those say nothing after a checkout.
 * Throws when `npm ci` fails.
 *
 * @param {string} folder holds package.json and package-lock.json
 * @returns {void}
 */
export function installDependencies(folder) {
  if (isInstalled(folder)) return;
  process.stderr.write(`Installing dependencies in ${folder} (npm ci)\n`);
  const { error, status, signal } = spawnSync("npm", ["ci", "--loglevel=error", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ci in ${folder} ended with ${status ?? signal}`);
}

/**
 * Sees to it that the tests' `redis-server` is there: from Debian's packages where that is possible.
 *
 * Throws with what to install otherwise.
 *
 * @returns {void}
 */
export function installRedis() {
  if (!spawnSync("redis-server", ["--version"], { stdio: "ignore" }).error) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && !spawnSync("apt-get", ["--version"], { stdio: "ignore" }).error) {
    process.stderr.write("Installing redis-server (apt-get)\n");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"], env });
    spawnSync("apt-get", ["install", "-qq", "-y", "redis-server"], { stdio: ["ignore", "ignore", "inherit"], env });
    if (!spawnSync("redis-server", ["--version"], { stdio: "ignore" }).error) return;
  }
  throw new Error("The tests need redis-server 7.0 or newer: apt-get install redis-server, or brew install redis");
}

/**
 * Compares what is wanted with the record npm keeps of what it installed.
 *
 * @param {string} folder
 * @returns {boolean}
 */
function isInstalled(folder) {
  const record = join(folder, "node_modules/.package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = packagesOf(join(folder, "package-lock.json"));
  const present = packagesOf(record);
  for (const [path, entry] of wanted) {
    const installed = present.get(path);
    // The root is never in the record, and optional packages of other platforms are left out.
    if (installed === undefined ? path !== "" && !entry.optional : !isSame(entry, installed)) return false;
  }
  return [...present.keys()].every((path) => wanted.has(path));
}

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, resolved?: string, optional?: boolean }} Entry
 * @param {string} lockfile
 * @returns {Map<string, Entry>}
 */
function packagesOf(lockfile) {
  return new Map(Object.entries(JSON.parse(readFileSync(lockfile, "utf8")).packages));
}

/**
 * @param {Entry} wanted
 * @param {Entry} installed
 * @returns {boolean}
 */
function isSame(wanted, installed) {
  if (wanted.link) return installed.link === true && installed.resolved === wanted.resolved;
  return installed.version === wanted.version && installed.integrity === wanted.integrity;
}

/** @returns {void} */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  process.stderr.write(`Fourwire needs Node ${oldestNode} or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  checkNode();
  try {
    installDependencies(root);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
