import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REBOUND, startBrowser } from "./browser.ts";
import { OUTCOME } from "./outcome.ts";
import { openPage } from "./page.ts";
import { buildFiles, type Files, startSite } from "./site.ts";

let browser: Browser;
let files: Files;

beforeAll(async () => {
  [browser, files] = await Promise.all([startBrowser(), buildFiles()]);
});

afterAll(() => browser?.close());

async function visit(url: string): Promise<Page> {
  return await openPage(browser, url);
}

describe("a page", () => {
  it("calls, reads, sets, hears signals, is called back and streams both ways", async () => {
    await using site = await startSite(files);
    const page = await visit(site.origin);
    expect(await page.evaluate((address) => globalThis.script.tellStory(address), site.address)).toEqual(OUTCOME);
  });

  it("loads no chunk for all that, nor to go on when its server restarts", async () => {
    const first = await startSite(files);
    const page = await visit(first.origin);
    const paths: string[] = [];
    page.on("request", (request) => paths.push(new URL(request.url()).pathname));
    await page.evaluate((address) => globalThis.script.tellStory(address), first.address);
    await page.evaluate((address) => globalThis.script.hold(address), first.address);
    await first.crash();
    await using _second = await startSite(files, { port: first.port });
    expect(await page.evaluate(() => globalThis.script.untilReset())).toBe(1);
    expect(paths).toEqual([]);
    expect(await page.evaluate(() => globalThis.script.handOver())).toBe("heard where to? up");
    expect(paths).toEqual([expect.stringMatching(/^\/late-serving-\w+\.js$/)]);
  });

  it("does the same in a worker", async () => {
    await using site = await startSite(files);
    const page = await visit(site.origin);
    const outcome = await page.evaluate((address) => globalThis.script.tellStoryInWorker(address), site.address);
    expect(outcome).toEqual(OUTCOME);
  });

  it("goes on when its server restarts on the same port", async () => {
    const first = await startSite(files);
    const page = await visit(first.origin);
    await page.evaluate((address) => globalThis.script.hold(address), first.address);
    expect(await page.evaluate(() => globalThis.script.add(1, 2))).toBe(3);
    await first.crash();
    await using _second = await startSite(files, { port: first.port });
    expect(await page.evaluate(() => globalThis.script.untilReset())).toBe(1);
    expect(await page.evaluate(() => globalThis.script.add(3, 4))).toBe(7);
  });

  it("goes on with its session after a lost connection", async () => {
    await using site = await startSite(files);
    const page = await visit(site.origin);
    await page.evaluate((address) => globalThis.script.hold(address), site.address);
    site.cut();
    expect(await page.evaluate(() => globalThis.script.untilResumed())).toBe(1);
    expect(await page.evaluate(() => globalThis.script.add(1, 2))).toBe(3);
  });

  it("of another origin is refused", async () => {
    await using site = await startSite(files);
    await using other = await startSite(files);
    const page = await visit(other.origin);
    const refusal = await page.evaluate((address) => globalThis.script.tryConnect(address), site.address);
    expect(refusal.code).toBe("REFUSED");
    const own = await page.evaluate((address) => globalThis.script.tryConnect(address), other.address);
    expect(own.code).toBe("connected");
  });

  it("that had its own name point to this machine is refused, though its origin is listed", async () => {
    await using site = await startSite(files, { name: REBOUND });
    await using trusting = await startSite(files, { name: REBOUND, hosts: [REBOUND] });
    expect((await tryFrom(site.origin, site.address)).code).toBe("REFUSED");
    expect((await tryFrom(trusting.origin, trusting.address)).code).toBe("connected");
  });

  it("without a token is refused and told why, and let in with it", async () => {
    await using site = await startSite(files, {
      verify: ({ headers }) => headers["sec-websocket-protocol"]?.includes("token.123") || "the token is missing",
    });
    expect(await tryFrom(site.origin, site.address)).toEqual({
      code: "UNAUTHORIZED",
      message: `Turned away by ${site.address}: the token is missing`,
    });
    expect((await tryFrom(site.origin, site.address, ["token.123"])).code).toBe("connected");
  });

  it("is refused where nobody listens", async () => {
    await using site = await startSite(files);
    expect((await tryFrom(site.origin, "ws://127.0.0.1:1")).code).toBe("REFUSED");
  });
});

async function tryFrom(url: string, address: string, protocols: readonly string[] = []) {
  const page = await visit(url);
  const { code, message } = await page.evaluate(([to, offered]) => globalThis.script.tryConnect(to, offered), [
    address,
    protocols,
  ] as const);
  return { code, message };
}
