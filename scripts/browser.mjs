// @ts-check
/**
 * Sees to it that there is a browser for the tests that need a real one.
 *
 * @module
 */

import { spawnSync } from "node:child_process";

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Installs Debian's chromium where no browser is found and this user may. Where
 * it may not, it says what is missing; the tests then fail and say so, too.
 *
 * @returns {void}
 */
export function installBrowser() {
  if (process.env.FOURWIRE_BROWSER || names.some((name) => runs(name, ["--version"], "ignore"))) return;
  const isRoot = process.getuid?.() === 0;
  const installed =
    isRoot &&
    runs("apt-get", ["update", "-qq"], 2) &&
    runs("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], 2);
  if (installed) return;
  process.stderr.write("No browser: install one (apt-get install chromium), or name one by FOURWIRE_BROWSER\n");
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {"ignore" | 2} output where it goes
 * @returns {boolean} whether there is such a command, and it is content
 */
function runs(command, args, output) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { env, stdio: ["ignore", output, output] }).status === 0;
}
