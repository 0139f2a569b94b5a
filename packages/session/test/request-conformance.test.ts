import { readFile } from "node:fs/promises";
import { conform, renderContract, runCheck, transportContract } from "@fourwire/transport/conformance";
import { describe, expect, it } from "vitest";
import * as conformance from "../src/conformance/index.ts";
import { requestContract } from "../src/conformance/index.ts";
import { createRequestContract } from "../src/conformance/request-contract.ts";
import { memoryFixture, requestFixtures } from "./request-fixtures.ts";
import { requestSaboteurs } from "./request-saboteurs.ts";

/** Long enough for every check on memory, as the saboteurs' tests show, and short enough to wait for in vain. */
const DEADLINE_MS = 1_000;

for (const fixture of requestFixtures) {
  describe(`requests over ${fixture.name}`, () => {
    const record = new URL(`conformance/${fixture.name}.json`, import.meta.url);
    conform(it, { ...fixture, checks: requestContract, record });
  });
}

describe("the checks of requests", () => {
  it("are exported, and nothing else is", () => {
    expect(Object.keys(conformance)).toEqual(["requestContract"]);
  });

  it("have ids of one group that differ, and a sentence each", () => {
    expect(new Set(requestContract.map(({ id }) => id)).size).toBe(requestContract.length);
    for (const { id, says } of requestContract) {
      expect(id).toMatch(/^request\/[a-z-]+$/);
      expect(says).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("have one saboteur each", () => {
    expect(Object.keys(requestSaboteurs).sort()).toEqual(requestContract.map(({ id }) => id).sort());
  });

  it("stand in docs/contract.md beside those of a transport: npm run docs renews it", async () => {
    const page = await readFile(new URL("../../../docs/contract.md", import.meta.url), "utf8");
    expect(page).toBe(renderContract([...transportContract, ...requestContract]));
  });
});

describe.concurrent("saboteurs of requests", () => {
  for (const check of requestContract) {
    it(`${check.id} catches who breaks it`, async () => {
      await runCheck(check, memoryFixture, { deadlineMs: DEADLINE_MS });
      const { requests, fixture } = requestSaboteurs[check.id] ?? expect.fail("There is no saboteur");
      const sabotaged = createRequestContract(requests).find(({ id }) => id === check.id) ?? check;
      await expect(runCheck(sabotaged, fixture, { deadlineMs: DEADLINE_MS })).rejects.toThrow();
    });
  }
});
