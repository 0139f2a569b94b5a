import { beforeAll, expect, it } from "vitest";
import { measure, type Size } from "./bundle.ts";

const KB = 1_000;

let whole: Size;
let driver: Size;

beforeAll(async () => {
  whole = await measure(`
    import { connect } from "@fourwire/proxy";
    import { webSocket } from "@fourwire/transport-ws";
    globalThis.start = (address) => connect(address, { transport: webSocket() });
  `);
  driver = await measure(`
    import { webSocket } from "@fourwire/transport-ws";
    globalThis.start = (address) => webSocket().connect(address);
  `);
  process.stdout.write(`${describe("A page that connects a proxy", whole)}${describe("The driver alone", driver)}`);
});

it("reaches nothing of Node from a page", () => {
  const files = Object.keys(whole.inputs);
  expect(files).toContainEqual(expect.stringContaining("transport-ws/src/platform-web-socket.ts"));
  for (const path of files)
    expect(path).not.toMatch(/node_modules\/ws\/|transport-ws\/src\/(index|web-socket|dial)\.ts/);
});

it("loads at most 5 kB for the driver", () => {
  expect(driver.gzippedBytes).toBeLessThan(5 * KB);
});

it("loads at most 43 kB for the driver, the session and the proxy", () => {
  expect(whole.gzippedBytes).toBeLessThan(43 * KB);
});

function describe(what: string, { minifiedBytes, gzippedBytes, inputs }: Size): string {
  const parts = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const [part = "the page itself"] = /packages\/[^/]+|node_modules\/@?\w+\/\w+/.exec(path) ?? [];
    parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
  }
  const rows = [...parts].map(([part, bytes]) => `  ${bytes} ${part}\n`).join("");
  return `${what}, without cbor-x: ${minifiedBytes} bytes minified, ${gzippedBytes} gzipped\n${rows}`;
}
