/**
 * All that requests promise over every driver.
 *
 * @module
 */

import type { Check } from "@fourwire/transport/conformance";
import { createRequester, serveRequests } from "../requests.ts";
import { endChecks } from "./end-checks.ts";
import { linkChecks } from "./link-checks.ts";
import { partyChecks } from "./party-checks.ts";
import { replyChecks } from "./reply-checks.ts";
import { type Requests, runOnRequests } from "./request-check.ts";

/** Builds the checks of an implementation of requests. */
export function createRequestContract(requests: Requests): readonly Check[] {
  const checks = [...replyChecks, ...partyChecks, ...endChecks, ...linkChecks];
  return checks.map((check) => ({ ...check, run: (bench) => runOnRequests(check, bench, requests) }));
}

/**
 * Every promise that requests make over any driver: the group `request/…` of the
 * conformance report.
 *
 * @example
 * ```ts
 * conform(it, { name: "mine", create: () => mine(), address: () => undefined, checks: requestContract });
 * ```
 */
export const requestContract: readonly Check[] = createRequestContract({ serveRequests, createRequester });
