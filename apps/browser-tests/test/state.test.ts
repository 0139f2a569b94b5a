import { connectState, memoryStore, serveState } from "@fourwire/state";
import { webSocket } from "@fourwire/transport-ws";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Shared, StatePage } from "../src/state-page.ts";
import { startBrowser } from "./browser.ts";
import { withEsbuild } from "./bundle.ts";
import { openPage } from "./page.ts";
import { buildFiles, type Site, startSite } from "./site.ts";
import { sizeOf } from "./size.ts";

declare global {
  // What src/state-page.ts leaves in the page.
  var statePage: StatePage;
}

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

const initial: Shared = { count: 1, robot: { name: "Robbie", angle: 0 } };

/** Serves a state, with a client on Node and one in a page. */
async function begin() {
  const store = memoryStore();
  const open = async (address: string) => {
    const transport = webSocket({ origins: [site.origin] });
    const server = await serveState({ transport, address, store, namespaces: { default: { initial } } });
    return { transport, server };
  };
  const first = await open("ws://127.0.0.1:0");
  const { address } = first.server;
  const near = webSocket();
  const state = await connectState<Shared>(address, { transport: near });
  const page = await openPage(browser, site.origin);
  await page.addScriptTag({ url: "/state-page.js", type: "module" });
  await page.waitForFunction(() => "statePage" in globalThis);
  await page.evaluate((to) => globalThis.statePage.follow(to), address);
  return { first, state, near, page, reopen: () => open(address) };
}

describe("a page that follows a state", () => {
  it("reads it without waiting, hears of what it selected, and writes, as everybody does", async () => {
    const { first, state, near, page } = await begin();
    const look = () => page.evaluate(() => globalThis.statePage.look());
    expect(await look()).toEqual({
      view: initial,
      revision: 0,
      isFrozen: true,
      isSameRobot: false,
      counts: [[1, 1]],
      quarters: [],
    });
    await state.increment("count");
    await page.evaluate(() => globalThis.statePage.caughtUp(1));
    // What did not change is the same object.
    expect(await look()).toMatchObject({
      view: { ...initial, count: 2 },
      isSameRobot: true,
      counts: [
        [1, 1],
        [2, 1],
      ],
    });
    for (const angle of [30, 100, 120]) await state.at("robot", "angle").set(angle);
    const turned = state.at("robot", "angle").untilEquals(200);
    const revision = await page.evaluate(() => globalThis.statePage.turn(200));
    expect(await turned).toBe(revision);
    await page.evaluate((wanted) => globalThis.statePage.caughtUp(wanted), revision);
    expect(await look()).toMatchObject({ revision, isSameRobot: false, quarters: [100, 200] });
    expect(await page.evaluate(() => globalThis.statePage.verify())).toBe(true);
    await page.evaluate(() => globalThis.statePage.stop());
    await state.increment("count");
    await page.evaluate((wanted) => globalThis.statePage.caughtUp(wanted), revision + 1);
    expect(await look()).toMatchObject({
      view: { count: 3 },
      counts: [
        [1, 1],
        [2, 1],
      ],
    });
    await page.evaluate(() => globalThis.statePage.close());
    await state.close();
    await near.close();
    await first.server.close();
    await first.transport.close();
  });

  it("goes on when the authority restarts, and misses nothing that it waits for", async () => {
    const { first, state, near, page, reopen } = await begin();
    const waiting = page.evaluate(() => globalThis.statePage.untilTurned(90));
    // Answered after the wait has arrived.
    await page.evaluate(() => globalThis.statePage.caughtUp(0));
    await first.server.handOver();
    await first.transport.close();
    const second = await reopen();
    await state.at("robot", "angle").set(90);
    await state.at("robot", "angle").set(0);
    expect(await waiting).toBe(1);
    await page.evaluate(() => globalThis.statePage.caughtUp(2));
    expect(await page.evaluate(() => globalThis.statePage.verify())).toBe(true);
    const { quarters } = await page.evaluate(() => globalThis.statePage.look());
    expect(quarters).toEqual([90, 0]);
    await page.evaluate(() => globalThis.statePage.close());
    await state.close();
    await near.close();
    await second.server.close();
    await second.transport.close();
  });
});

it("reaches nothing of Node from a page that follows a state", async () => {
  const { first, inputs } = sizeOf(
    await withEsbuild(`
    import { connectState } from "@fourwire/state";
    globalThis.start = connectState;
  `),
  );
  for (const path of inputs.keys()) expect(path).not.toMatch(/lmdb|redis|^node:/);
  process.stdout.write(`A page that follows a state, without cbor-x and a transport: ${first.gzipped} bytes gzipped\n`);
});
