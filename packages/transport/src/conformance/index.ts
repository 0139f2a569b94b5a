/**
 * The conformance kit: what every driver promises, as checks that any test
 * runner can run, also on drivers of your own.
 *
 * @module
 */

export type { Meeting } from "./bench.ts";
export { accept, join, listen, meet, read, receive, rejectsBecause, rejectsWith, text } from "./bench.ts";
export type { BothEnds } from "./both-ends.ts";
export { bothEnds } from "./both-ends.ts";
export type { Bench, Check, Fixture, Need, Victim } from "./check.ts";
export type { ConformOptions, RegisterTest } from "./conform.ts";
export { conform, transportContract } from "./conform.ts";
export type { CheckResult } from "./report.ts";
export { renderContract, renderReport, writeReport } from "./report.ts";
export type { Outcome, RunCheckOptions } from "./run-check.ts";
export { DEFAULT_DEADLINE_MS, runCheck } from "./run-check.ts";
