import { beforeAll, describe, expect, it } from "vitest";
import { withEsbuild, withRolldown } from "./bundle.ts";
import { type Bytes, type Size, sizeOf } from "./size.ts";

const KB = 1_000;

/** What a page loads only if it does what the chunk is for: its name is that of the module asked for. */
const CHUNKS = {
  "late-serving": "hands over objects with methods, or is asked for its agent",
  "json-codec": "writes JSON",
  proofs: "holds a key, or came over plain HTTP from another host",
} as const;

const PAGE = `
  import { connect, set } from "@fourwire/proxy";
  import { webSocket } from "@fourwire/transport-ws";
  globalThis.start = (address) => connect(address, { transport: webSocket() });
  globalThis.set = set;
`;

const DRIVER = `
  import { webSocket } from "@fourwire/transport-ws";
  globalThis.start = (address) => webSocket().connect(address);
`;

describe.each([
  { by: "esbuild", bundle: withEsbuild, most: 34, mostWithObjects: 40 },
  { by: "Rolldown, which is Vite's", bundle: withRolldown, most: 31, mostWithObjects: 37 },
])("a page bundled by $by", ({ by, bundle, most, mostWithObjects }) => {
  let page: Size;
  let driver: Size;

  beforeAll(async () => {
    page = sizeOf(await bundle(PAGE));
    driver = sizeOf(await bundle(DRIVER));
    process.stdout.write(`By ${by}, without cbor-x:\n${show("a page that connects a proxy", page)}`);
    process.stdout.write(show("a page with the driver alone", driver));
  });

  it("reaches nothing of Node", () => {
    const files = [...page.inputs.keys()];
    expect(files).toContainEqual(expect.stringContaining("transport-ws/src/platform-web-socket.ts"));
    for (const path of files)
      expect(path).not.toMatch(/node_modules\/ws\/|transport-ws\/src\/(index|web-socket|dial)\.ts/);
  });

  it("loads at most 4 kB for the driver", () => {
    expect(driver.first.gzipped).toBeLessThan(4 * KB);
  });

  it(`loads at most ${most} kB for the driver, the session and the proxy`, () => {
    expect(page.first.gzipped).toBeLessThan(most * KB);
  });

  it(`loads at most ${mostWithObjects} kB when it hands over objects as well`, () => {
    const objects = page.later.get("late-serving")?.gzipped ?? Number.NaN;
    expect(page.first.gzipped + objects).toBeLessThan(mostWithObjects * KB);
  });

  it("loads later what only some pages need, and nothing else", () => {
    expect([...page.later.keys()].sort()).toEqual(Object.keys(CHUNKS).sort());
    for (const path of page.inputs.keys())
      expect(path).not.toMatch(
        /\/src\/(exposure|served-objects|agent-core|json-codec|hmac|hand-over\/(end|hand-over|way))\.ts|@noble/,
      );
  });
});

function show(what: string, { first, later, inputs }: Size): string {
  const parts = new Map<string, number>();
  for (const [path, bytes] of inputs) {
    const [part = "the page itself"] = /packages\/[^/]+|node_modules\/@?\w+\/\w+/.exec(path) ?? [];
    parts.set(part, (parts.get(part) ?? 0) + bytes);
  }
  const total = [...parts.values()].reduce((sum, bytes) => sum + bytes, 0);
  const rows = [...parts].map(([part, bytes]) => `    ${((bytes / total) * 100).toFixed(0)} % ${part}\n`);
  const chunks = Object.entries(CHUNKS).flatMap(([name, user]) => {
    const bytes = later.get(name);
    return bytes ? [`    and ${count(bytes)} later in ${name}, if it ${user}\n`] : [];
  });
  return [`  ${what}: ${count(first)}\n`, ...rows, ...chunks].join("");
}

function count({ minified, gzipped }: Bytes): string {
  return `${minified} bytes minified, ${gzipped} gzipped`;
}
