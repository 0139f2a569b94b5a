/**
 * The shared test of all drivers.
 *
 * @module
 */

import { addressChecks } from "./address-checks.ts";
import { channelChecks } from "./channel-checks.ts";
import type { Check, Fixture } from "./check.ts";
import { groupChecks } from "./group-checks.ts";
import { itemChecks } from "./item-checks.ts";
import { keyChecks } from "./key-checks.ts";
import { leaseChecks } from "./lease-checks.ts";
import { logChecks } from "./log-checks.ts";
import { lossChecks } from "./loss-checks.ts";
import { messageChecks } from "./message-checks.ts";
import { queueChecks } from "./queue-checks.ts";
import { compareWithRecord } from "./record.ts";
import type { CheckResult } from "./report.ts";
import { writeReport } from "./report.ts";
import { DEFAULT_DEADLINE_MS, runCheck } from "./run-check.ts";
import { topicChecks } from "./topic-checks.ts";
import { transportChecks } from "./transport-checks.ts";

/** Every promise of the contract. */
export const transportContract: readonly Check[] = [
  ...transportChecks,
  ...addressChecks,
  ...messageChecks,
  ...channelChecks,
  ...lossChecks,
  ...topicChecks,
  ...groupChecks,
  ...queueChecks,
  ...leaseChecks,
  ...itemChecks,
  ...keyChecks,
  ...logChecks,
];

/** A test runner's function that registers one test: vitest's `it`, node's `test` and their like. */
export type RegisterTest = (name: string, body: () => Promise<void>, timeoutMs: number) => unknown;

/** A driver under test, and what to do with it. */
export interface ConformOptions extends Fixture {
  /** The checks to run. Default: the whole contract of a transport. */
  readonly checks?: readonly Check[];
  /**
   * Gets the results once every check has run. Default: writes them to the
   * folder that the environment variable `FOURWIRE_REPORTS` names, if it does.
   */
  readonly report?: (results: readonly CheckResult[]) => unknown;
  /**
   * A file with the results that are expected, by check. One more test, the
   * last, fails where they differ; with the environment variable
   * `FOURWIRE_RECORD` it writes the file instead. Default: none.
   */
  readonly record?: URL;
}

/**
 * Registers one test for each check on a driver.
 *
 * Checks whose trait the driver denies are registered, too, and reported as
 * declared gaps.
 */
export function conform(it: RegisterTest, options: ConformOptions): void {
  const { checks = transportContract, report = reportToFolder(options.name), record } = options;
  const results = new Map<string, CheckResult>();
  for (const check of checks) {
    const { id, says, deadlineMs = DEFAULT_DEADLINE_MS } = check;
    const body = async (): Promise<void> => {
      let status: CheckResult["status"] = "broken";
      try {
        status = await runCheck(check, options);
      } finally {
        results.set(id, { id, says, status });
        if (results.size === checks.length) await report(checks.flatMap((one) => results.get(one.id) ?? []));
      }
    };
    // Twice the deadline, because closing what the check opened has one too.
    it(`${id}: ${says}`, body, 2 * deadlineMs + 1_000);
  }
  if (!record) return;
  const compare = async (): Promise<void> => {
    const found = checks.flatMap((one) => results.get(one.id) ?? []);
    await compareWithRecord(record, found, found.length === checks.length);
  };
  it(`${options.name} keeps what is recorded of it`, compare, DEFAULT_DEADLINE_MS);
}

function reportToFolder(name: string): (results: readonly CheckResult[]) => Promise<void> {
  return async (results) => {
    const folder = process.env.FOURWIRE_REPORTS;
    if (folder) await writeReport(folder, name, results);
  };
}
