// @ts-check
/**
 * Puts what the conformance kit found in every package side by side, one column a driver.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { renderReport } from "../packages/transport/dist/conformance/index.js";

const prefix = "conformance-";

/** @typedef {import("../packages/transport/dist/conformance/index.js").CheckResult} CheckResult */

/**
 * Renders the report, and names the packages in which no driver was checked.
 *
 * @param {string} folder has one folder a package, with the files that the kit wrote
 * @param {readonly string[]} packages that hold a driver
 * @returns {{ report: string, missing: string[] }}
 */
export function readConformance(folder, packages) {
  const files = readdirSync(folder)
    .sort()
    .flatMap((name) => readdirSync(join(folder, name)).map((file) => join(name, file)));
  /** @type {Record<string, CheckResult[]>} */
  const drivers = {};
  for (const file of files) {
    const name = basename(file, ".json").slice(prefix.length);
    drivers[name] = [...(drivers[name] ?? []), ...JSON.parse(readFileSync(join(folder, file), "utf8"))];
  }
  const missing = packages.filter((name) => !files.some((file) => file.startsWith(join(name, prefix))));
  return { report: files.length > 0 ? renderReport(drivers) : "", missing };
}
