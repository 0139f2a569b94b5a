/**
 * What the checks found, for people.
 *
 * @module
 */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Check } from "./check.ts";
import type { Outcome } from "./run-check.ts";

/** What one check found on one driver. */
export interface CheckResult {
  readonly id: string;
  readonly says: string;
  readonly status: Outcome | "broken";
}

/** Writes the results of one driver to `<folder>/conformance-<name>.json`. */
export async function writeReport(folder: string, name: string, results: readonly CheckResult[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `conformance-${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
}

/** Renders the results of several drivers beside each other, as a Markdown table. */
export function renderReport(resultsByDriver: Readonly<Record<string, readonly CheckResult[]>>): string {
  const drivers = Object.keys(resultsByDriver);
  const rows = new Map<string, Map<string, string>>();
  for (const [driver, results] of Object.entries(resultsByDriver)) {
    for (const { id, status } of results) {
      const row = rows.get(id) ?? new Map<string, string>();
      rows.set(id, row.set(driver, status));
    }
  }
  const lines = [
    ["check", ...drivers],
    ["---", ...drivers.map(() => "---")],
  ];
  for (const [id, row] of rows) lines.push([`\`${id}\``, ...drivers.map((driver) => row.get(driver) ?? "not run")]);
  return `${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

/** Renders the contract: every check's id and sentence by group, and the trait that it needs. */
export function renderContract(checks: readonly Check[]): string {
  const lines = [
    "# The contract of a transport",
    "",
    "Generated from the conformance checks by `scripts/contract.mjs`; do not edit.",
    "",
    "Every driver keeps these promises. Those that name a trait are made by drivers that declare it; `maxMessageBytes`",
    "stands for a limit that is finite. Those of the group `request` are kept over every driver by the session, which is built",
    "on its channels. The ids are stable: reports and tests cite them.",
  ];
  for (const [group, members] of groupChecks(checks)) {
    lines.push("", `## ${group}`, "", "| id | promise | needs |", "| --- | --- | --- |");
    for (const { id, says, needs } of members) lines.push(`| \`${id}\` | ${says} | ${needs ? `\`${needs}\`` : ""} |`);
  }
  return `${lines.join("\n")}\n`;
}

function groupChecks(checks: readonly Check[]): Map<string, Check[]> {
  const groups = new Map<string, Check[]>();
  for (const check of checks) {
    const group = check.id.slice(0, check.id.indexOf("/"));
    groups.set(group, [...(groups.get(group) ?? []), check]);
  }
  return groups;
}
