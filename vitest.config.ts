import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig } from "vitest/config";

const isFull = process.env.FOURWIRE_SIZE === "full";
const reports = process.env.FOURWIRE_REPORTS;
const packages = readdirSync(new URL("packages", import.meta.url)).map((name) => `packages/${name}`);

export default defineConfig({
  // Packages import each other's sources, so that tests run without a build and point at the lines people edit.
  resolve: { conditions: ["@fourwire/source"] },
  ssr: { resolve: { conditions: ["@fourwire/source"] } },
  test: {
    // Most tests wait for other processes, for timers or the network: on two cores one worker leaves half of the machine idle.
    maxWorkers: 2,
    testTimeout: isFull ? 600_000 : 20_000,
    hookTimeout: isFull ? 60_000 : 20_000,
    projects: [...packages, "apps/browser-tests"].map((root) => ({
      extends: true as const,
      root,
      test: {
        name: basename(root),
        include: ["test/**/*.test.ts"],
        // A folder each, because two packages may check the same driver.
        env: reports ? { FOURWIRE_REPORTS: join(reports, basename(root)) } : {},
      },
    })),
  },
});
