// @ts-check
/**
 * Runs every package's tests and ends with one line of totals: `node scripts/test.mjs [--full] [vitest arguments]`.
 *
 * `--full` multiplies the size of the tests; the code they run is the same.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { installBrowser } from "./browser.mjs";
import { readConformance } from "./conformance-report.mjs";
import { installRedis } from "./install.mjs";

const root = resolve(import.meta.dirname, "..");
const reports = join(root, ".reports");
const results = join(reports, "tests.json");
const conformance = join(reports, "conformance");
const packages = readdirSync(join(root, "packages"));

/** @typedef {{ name: string, status: string, assertionResults: { status: string }[] }} TestFile */

/**
 * @param {string[]} selection arguments for vitest
 * @param {Record<string, string>} size
 * @returns {boolean} whether vitest is content
 */
function runVitest(selection, size) {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  const { status } = spawnSync(process.execPath, [vitest, "run", ...reporters, ...selection], {
    cwd: root,
    env: { ...process.env, FOURWIRE_REPORTS: conformance, ...size },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return status === 0;
}

/**
 * Counts tests. One that never ended counts as failed, and so does a file that never got as far as its tests.
 *
 * @param {TestFile[]} files
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
function count(files) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of files) {
    const passed = assertionResults.filter((test) => test.status === "passed").length;
    const skipped = assertionResults.filter((test) => test.status === "skipped" || test.status === "todo").length;
    const failed = assertionResults.length - passed - skipped;
    total.passed += passed;
    total.skipped += skipped;
    total.failed += failed === 0 && status === "failed" ? 1 : failed;
  }
  return total;
}

/**
 * @param {TestFile[]} files
 * @returns {string[]} names of packages none of whose tests ran
 */
function untested(files) {
  const tested = new Set(files.map(({ name }) => relative(root, name).split(sep)[1]));
  return packages.filter((name) => !tested.has(name));
}

/**
 * @param {TestFile[]} files
 * @returns {string[]} what is wrong with a run of everything, though no test failed
 */
function complaints(files) {
  const drivers = packages.filter((name) => name.startsWith("transport"));
  const { report, missing } = readConformance(conformance, drivers);
  process.stdout.write(`\n${report}\n`);
  return [
    ...untested(files).map((name) => `packages/${name} has no test that ran`),
    ...missing.map((name) => `packages/${name} reported no conformance`),
  ];
}

try {
  installRedis();
} catch (error) {
  process.stdout.write(`FAILED: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
const args = process.argv.slice(2);
const selection = args.filter((argument) => argument !== "--full");
rmSync(reports, { recursive: true, force: true });
mkdirSync(conformance, { recursive: true });
if (selection.length === 0 || selection.some((path) => path.includes("browser"))) installBrowser();

const isContent = runVitest(selection, args.includes("--full") ? { FOURWIRE_SIZE: "full" } : {});
/** @type {TestFile[]} */
const files = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")).testResults : [];
const total = count(files);
const wrong = selection.length === 0 ? complaints(files) : [];
if (!isContent && total.failed === 0) wrong.push("vitest failed outside any test, see above");
for (const complaint of wrong) process.stdout.write(`FAILED: ${complaint}\n`);
if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped\n`);
process.stdout.write(`${total.passed} passed, ${total.failed + wrong.length} failed\n`);
process.exitCode = total.failed + wrong.length > 0 ? 1 : 0;
