import { beforeAll, expect, it } from "vitest";
import { type Bytes, measure, type Size } from "./bundle.ts";

const KB = 1_000;

/** What a page loads only if it does what the chunk is for: its name is that of the module asked for. */
const CHUNKS = {
  "late-serving": "hands over objects with methods, or has an agent",
  "json-codec": "writes JSON",
  proofs: "holds a key, or came over plain HTTP from another host",
} as const;

let whole: Size;
let driver: Size;

beforeAll(async () => {
  whole = await measure(`
    import { connect, set } from "@fourwire/proxy";
    import { webSocket } from "@fourwire/transport-ws";
    globalThis.start = (address) => connect(address, { transport: webSocket() });
    globalThis.set = set;
  `);
  driver = await measure(`
    import { webSocket } from "@fourwire/transport-ws";
    globalThis.start = (address) => webSocket().connect(address);
  `);
  process.stdout.write(`${describe("A page that connects a proxy", whole)}${describe("The driver alone", driver)}`);
});

it("reaches nothing of Node from a page", () => {
  const files = [...whole.inputs.keys()];
  expect(files).toContainEqual(expect.stringContaining("transport-ws/src/platform-web-socket.ts"));
  for (const path of files)
    expect(path).not.toMatch(/node_modules\/ws\/|transport-ws\/src\/(index|web-socket|dial)\.ts/);
});

it("loads at most 5 kB for the driver", () => {
  expect(driver.first.gzipped).toBeLessThan(5 * KB);
});

it("loads at most LIMIT kB for the driver, the session and the proxy", () => {
  expect(whole.first.gzipped).toBeLessThan(32 * KB);
});

it("loads at most ALL kB when it serves objects as well, and is called, streams and resumes", () => {
  expect(whole.first.gzipped + (whole.later.get("late-serving")?.gzipped ?? Number.NaN)).toBeLessThan(38 * KB);
});

it("loads later what only some pages need, and nothing else", () => {
  expect([...whole.later.keys()].sort()).toEqual(Object.keys(CHUNKS).sort());
  const first = [...whole.inputs.keys()].join("\n");
  for (const name of ["exposure", "served-objects", "agent-core", "json-codec", "hmac"])
    expect(first).not.toMatch(new RegExp(`/src/${name}\\.ts`));
});

function describe(what: string, { first, later, inputs }: Size): string {
  const parts = new Map<string, number>();
  for (const [path, bytes] of inputs) {
    const [part = "the page itself"] = /packages\/[^/]+|node_modules\/@?\w+\/\w+/.exec(path) ?? [];
    parts.set(part, (parts.get(part) ?? 0) + bytes);
  }
  const rows = [...parts].map(([part, bytes]) => `  ${bytes} ${part}\n`);
  const chunks = Object.entries(CHUNKS).flatMap(([name, user]) => {
    const bytes = later.get(name);
    return bytes ? [`  and ${show(bytes)} in ${name}, if it ${user}\n`] : [];
  });
  return [`${what}, without cbor-x: ${show(first)} at first\n`, ...rows, ...chunks].join("");
}

function show({ minified, gzipped }: Bytes): string {
  return `${minified} bytes minified, ${gzipped} gzipped`;
}
