/** The browser of this machine. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The name that stands for this machine, as it would for a page that rebinds its own. */
export const REBOUND = "rebound.example";

/** Starts a browser without a window, with an empty profile. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: findBrowser(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`,
    ],
  });
}

function findBrowser(): string {
  const { FOURWIRE_BROWSER, PATH = "" } = process.env;
  const paths = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = FOURWIRE_BROWSER ?? paths.find((path) => existsSync(path));
  if (found) return found;
  throw new Error("No browser: install Debian's package chromium, or name one by FOURWIRE_BROWSER");
}
