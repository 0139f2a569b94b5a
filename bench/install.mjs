// @ts-check
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const lockfile = new URL("package-lock.json", import.meta.url);
const stamp = new URL("node_modules/.installed-lockfile", import.meta.url);

/**
 * Installs exactly what the lockfile says, unless that was done before.
 *
 * The stamp holds the hash of the lockfile that was installed: file times say
 * nothing after a checkout. Throws when `npm ci` fails.
 *
 * @returns {void}
 */
export function installDependencies() {
  const wanted = createHash("sha256").update(readFileSync(lockfile)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("bench: installing dependencies (npm ci)\n");
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: new URL(".", import.meta.url),
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.error !== undefined) throw npm.error;
  if (npm.status !== 0) throw new Error(`bench: npm ci ended with ${npm.status ?? npm.signal}`);
  writeFileSync(stamp, wanted);
}
