/**
 * What the checks found the last time somebody looked, kept in a file beside the test.
 *
 * @module
 */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { CheckResult } from "./report.ts";

/**
 * Compares results with those in a file: of all checks, or of the ones that
 * ran. Rejects where they differ, as when a driver keeps a promise that it did
 * not keep, or denies one that it did.
 *
 * With the environment variable `FOURWIRE_RECORD` it writes the file instead,
 * unless a promise is broken or a check did not run.
 */
export async function compareWithRecord(
  file: URL,
  results: readonly CheckResult[],
  isComplete: boolean,
): Promise<void> {
  const found = Object.fromEntries(results.map(({ id, status }) => [id, status]));
  if (process.env.FOURWIRE_RECORD) {
    const broken = results.filter(({ status }) => status === "broken").map(({ id }) => id);
    assert.deepEqual({ broken, isComplete }, { broken: [], isComplete: true }, "Only a run of all checks is recorded");
    await mkdir(new URL(".", file), { recursive: true });
    await writeFile(file, `${JSON.stringify(found, undefined, 2)}\n`);
    return;
  }
  const recorded = await readRecord(file);
  const ids = isComplete ? Object.keys(recorded) : Object.keys(found);
  const expected = Object.fromEntries(ids.map((id) => [id, recorded[id]]));
  assert.deepEqual(found, expected, `${file.pathname} says something else; run the test with FOURWIRE_RECORD=1`);
}

async function readRecord(file: URL): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`There is no ${file.pathname}; run the test with FOURWIRE_RECORD=1`, { cause });
  });
  return JSON.parse(text);
}
