// @ts-check
/**
 * Runs the two type-aware lint rules, from a folder whose TypeScript they can load.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { installDependencies } from "./install.mjs";

const root = resolve(import.meta.dirname, "..");
const tool = join(root, "tools/eslint");

installDependencies(tool);
const eslint = join(tool, "node_modules/eslint/bin/eslint.js");
const { status } = spawnSync(
  process.execPath,
  [eslint, "--config", join(tool, "eslint.config.js"), "--max-warnings", "0", "packages", "apps"],
  { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
);
process.exitCode = status ?? 1;
