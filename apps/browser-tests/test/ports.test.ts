import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HEARTBEAT } from "../src/heartbeat.ts";
import type { Home } from "../src/ports.ts";
import { startBrowser } from "./browser.ts";
import { OUTCOME } from "./outcome.ts";
import { openPage } from "./page.ts";
import { buildFiles, type Site, startSite } from "./site.ts";

/** What the session's heartbeat takes at most, on a machine with other things to do. */
const SOON_MS = 5_000;

const homes: readonly Home[] = ["worker", "port of a worker", "port of a frame"];

let browser: Browser;
let site: Site;

beforeAll(async () => {
  const [started, files] = await Promise.all([startBrowser(), buildFiles()]);
  browser = started;
  site = await startSite(files);
});

afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
});

describe.each(homes)("an object behind the %s", (home) => {
  it("is called, read, set, heard and called back, and streams both ways", async () => {
    const page = await openPage(browser, site.origin);
    expect(await page.evaluate((where) => globalThis.script.tellStoryAt(where), home)).toEqual(OUTCOME);
  });

  it("gets bytes and gives them back, and the page keeps its own", async () => {
    const page = await openPage(browser, site.origin);
    // More than is copied, as small frames are.
    const bytes = 20_000;
    const sent = Array.from({ length: bytes }, (_, index) => index % 251);
    const { reversed, kept } = await page.evaluate(([where, size]) => globalThis.script.reverseAt(where, size), [
      home,
      bytes,
    ] as const);
    expect(kept).toEqual(sent);
    expect(reversed).toEqual(sent.toReversed());
  });

  it("that ends in the middle of a call is noticed, and the call rejects", async () => {
    const page = await openPage(browser, site.origin);
    const ending = await page.evaluate((where) => globalThis.script.endDuringCall(where), home);
    expect(ending).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(ending.elapsedMs).toBeLessThan(SOON_MS);
    // A browser does not tell of a worker's end: that was the session's heartbeat.
    if (home === "worker") expect(ending.detectsLoss).toBe(false);
    if (!ending.detectsLoss) expect(ending.elapsedMs).toBeGreaterThan(HEARTBEAT.windowMs / 2);
  });
});
