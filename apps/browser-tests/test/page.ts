/** The page as the tests see it. */
import type { Browser, Page } from "playwright-core";
import type { PageScript } from "../src/page.ts";

declare global {
  // What src/page.ts leaves in the page.
  var script: PageScript;
}

/** Opens a page of its own and waits for its script. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => "script" in globalThis);
  return page;
}
