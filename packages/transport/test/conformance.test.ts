import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Check, CheckResult } from "@fourwire/transport/conformance";
import { conform, renderContract, renderReport, runCheck, transportContract } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryFixture } from "./memory-fixture.ts";
import { saboteurs } from "./saboteurs.ts";

/** Long enough for every check on memory, as the first test shows, and short enough to wait for in vain. */
const DEADLINE_MS = 1_000;

const unlimited = { ...memoryFixture, create: () => memory() };

describe("memory", () => {
  conform(it, { ...memoryFixture, record: new URL("conformance/memory.json", import.meta.url) });
});

describe("the checks", () => {
  it("have ids that differ", () => {
    expect(new Set(transportContract.map(({ id }) => id)).size).toBe(transportContract.length);
  });

  it("have one saboteur each", () => {
    expect(Object.keys(saboteurs).sort()).toEqual(transportContract.map(({ id }) => id).sort());
  });

  it("say what they promise in a sentence", () => {
    for (const { says } of transportContract) expect(says).toMatch(/^[A-Z].*\.$/);
  });
});

describe.concurrent("saboteurs", () => {
  for (const check of transportContract) {
    it(`${check.id} catches who breaks it`, async () => {
      await runCheck(check, memoryFixture, { deadlineMs: DEADLINE_MS });
      const saboteur = saboteurs[check.id] ?? memoryFixture;
      await expect(runCheck(check, saboteur, { deadlineMs: DEADLINE_MS })).rejects.toThrow();
    });
  }
});

describe("runCheck", () => {
  const check = (members: Partial<Check>): Check => ({
    id: "test/check",
    says: "It is so.",
    run: async () => undefined,
    ...members,
  });

  it("reports a promise that needs a trait the driver denies as a declared gap", async () => {
    await expect(runCheck(check({ needs: "maxMessageBytes" }), unlimited)).resolves.toBe("declared gap");
    await expect(runCheck(check({ needs: "maxMessageBytes" }), memoryFixture)).resolves.toBe("kept");
  });

  it("does not take a denial from a driver that has the port", async () => {
    const create = () => {
      const transport = memory();
      return { ...transport, traits: { ...transport.traits, queues: false } };
    };
    const denied = runCheck(check({ needs: "queues" }), { ...memoryFixture, create });
    await expect(denied).rejects.toThrow("The traits deny queues, but the transport has the port");
  });

  it("finds a promise kept that memory itself does not make", async () => {
    const { queues, logs } = memory();
    const create = () => {
      const transport = memory();
      return { ...transport, queues, logs, traits: { ...transport.traits, durable: true } };
    };
    const durable = transportContract.filter(({ needs }) => needs === "durable");
    expect(durable).not.toEqual([]);
    for (const one of durable) await expect(runCheck(one, { ...memoryFixture, create })).resolves.toBe("kept");
  });

  it("names the check that is not over at its deadline", async () => {
    const endless = check({ deadlineMs: 10, run: () => new Promise(() => undefined) });
    await expect(runCheck(endless, memoryFixture)).rejects.toThrow("test/check is not over after 10 ms");
  });

  it("closes every transport that the check created", async () => {
    const created = [memory(), memory()];
    const [first, second] = created;
    const fixture = { ...memoryFixture, create: () => created.shift() ?? memory() };
    await runCheck(check({ run: async (bench) => void (await bench.create()) }), fixture);
    await expect(first?.listen("here")).rejects.toMatchObject({ code: "CLOSED" });
    await expect(second?.listen("here")).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("records", () => {
  const checks: readonly Check[] = [
    { id: "a/kept", says: "Kept.", run: async () => undefined },
    { id: "a/gap", says: "Denied.", needs: "durable", run: async () => undefined },
  ];
  const broken: Check = { id: "a/kept", says: "Broken.", run: () => Promise.reject(new Error("no")) };

  /** Runs some of the tests that `conform` registers, by their places, and resolves with what the last one does. */
  async function compare(text: string, run: readonly Check[] = checks, places?: readonly number[]): Promise<unknown> {
    const folder = await mkdtemp(join(tmpdir(), "fourwire-"));
    const record = pathToFileURL(join(folder, "record.json"));
    if (text !== "") await writeFile(record, text);
    const bodies: (() => Promise<void>)[] = [];
    conform((_name, body) => bodies.push(body), { ...unlimited, checks: run, report: () => undefined, record });
    const last = bodies.pop() ?? expect.fail("Nothing is registered");
    for (const [place, body] of bodies.entries()) {
      if (places?.includes(place) ?? true) await body().catch(() => undefined);
    }
    try {
      return await last().then(
        () => readFile(record, "utf8"),
        (error: Error) => error.message,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  const recorded = '{\n  "a/kept": "kept",\n  "a/gap": "declared gap"\n}\n';

  beforeEach(() => {
    vi.stubEnv("FOURWIRE_RECORD", "");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("are written when asked for, and then equal what is found", async () => {
    vi.stubEnv("FOURWIRE_RECORD", "1");
    expect(await compare("")).toBe(recorded);
    vi.stubEnv("FOURWIRE_RECORD", "");
    expect(await compare(recorded)).toBe(recorded);
  });

  it("fail a driver that breaks, denies or keeps what they say otherwise, and name the file", async () => {
    expect(await compare(recorded, [broken, ...checks.slice(1)])).toContain("record.json says something else");
    expect(await compare(recorded.replace("declared gap", "kept"))).toContain("says something else");
    expect(await compare(recorded, checks.slice(1))).toContain("says something else");
    expect(await compare(recorded.replace('"a/kept": "kept",', ""))).toContain("says something else");
    expect(await compare("")).toContain("There is no");
  });

  it("are compared with the checks that ran, when not all of them did", async () => {
    expect(await compare(recorded, checks, [1])).toBe(recorded);
    expect(await compare(recorded.replace("declared gap", "kept"), checks, [0])).toContain('"a/kept"');
    expect(await compare(recorded.replace("declared gap", "kept"), checks, [1])).toContain("says something else");
  });

  it("are not written of what is broken or did not run", async () => {
    vi.stubEnv("FOURWIRE_RECORD", "1");
    expect(await compare(recorded, [broken, ...checks.slice(1)])).toContain("Only a run of all checks is recorded");
    expect(await compare(recorded, checks, [1])).toContain("Only a run of all checks is recorded");
  });
});

describe("reports", () => {
  /** Runs what `conform` registers, and returns what it reports. */
  async function collect(checks: readonly Check[]): Promise<readonly CheckResult[]> {
    let results: readonly CheckResult[] = [];
    const bodies: (() => Promise<void>)[] = [];
    conform((_name, body) => bodies.push(body), {
      ...unlimited,
      checks,
      report: (reported) => {
        results = reported;
      },
    });
    await Promise.allSettled(bodies.map((body) => body()));
    return results;
  }

  it("tell kept, broken and undeclared promises apart", async () => {
    const results = await collect([
      { id: "a/kept", says: "Kept.", run: async () => undefined },
      { id: "a/broken", says: "Broken.", run: () => Promise.reject(new Error("no")) },
      { id: "a/gap", says: "Denied.", needs: "durable", run: async () => undefined },
    ]);
    expect(results).toEqual([
      { id: "a/kept", says: "Kept.", status: "kept" },
      { id: "a/broken", says: "Broken.", status: "broken" },
      { id: "a/gap", says: "Denied.", status: "declared gap" },
    ]);
    expect(renderReport({ memory: results, other: results.slice(0, 1) })).toBe(
      [
        "| check | memory | other |",
        "| --- | --- | --- |",
        "| `a/kept` | kept | kept |",
        "| `a/broken` | broken | not run |",
        "| `a/gap` | declared gap | not run |",
        "",
      ].join("\n"),
    );
  });

  it("render the contract, a row for each check under its group's heading", () => {
    const contract = renderContract(transportContract);
    for (const { id, says } of transportContract) expect(contract).toContain(`| \`${id}\` | ${says} |`);
    const groups = new Set(transportContract.map(({ id }) => `## ${id.split("/")[0]}`));
    expect(contract.match(/^## .*$/gm)).toEqual([...groups]);
  });
});
