import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { expect, it } from "vitest";
import { connectTo, startEcho } from "./fault-proxy-fixture.ts";

/** The snippets of docs/transports/faults.md, as they stand there. */
it("gets a reset from a cut", async () => {
  await using server = await startEcho();
  await using proxy = await faultProxy(server.address, { seed: 7 });
  const socket = connect(proxy.port, proxy.host); // or, through a driver: await transport.connect(proxy.address)
  socket.write("hello");
  await once(socket, "data");
  const failed = once(socket, "error");
  proxy.cut(); // the socket's error is ECONNRESET; a driver's channel ends with LOST
  expect(await failed).toMatchObject([{ code: "ECONNRESET" }]);
});

it("lets faults add up", async () => {
  await using server = await startEcho();
  await using proxy = await faultProxy(server.address, { seed: 7 });
  const stopping = new AbortController();
  const reconnecting = keepConnected(proxy, stopping.signal);
  proxy.delay([5, 20]);
  proxy.throttle(64_000, { direction: "downstream" });
  proxy.slice([1, 16]);
  await proxy.cuts(3, { everyMs: [20, 60] });
  proxy.heal();
  stopping.abort();
  expect(await reconnecting).toBeGreaterThanOrEqual(3);
});

it("shows only lines that are compiled and run here", () => {
  const page = readFileSync(new URL("../../../docs/transports/faults.md", import.meta.url), "utf8");
  const here = readFileSync(new URL(import.meta.url), "utf8").split("\n");
  const shown = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].flatMap(([, code = ""]) => code.trim().split("\n"));
  const known = new Set(["", ...here.map((line) => line.trim())]);
  expect(shown.length).toBeGreaterThan(8);
  expect(shown.filter((line) => !known.has(line))).toEqual([]);
});

async function keepConnected(proxy: { readonly port: number }, stopping: AbortSignal): Promise<number> {
  let lives = 0;
  while (!stopping.aborted) {
    await using peer = await connectTo(proxy);
    await peer.closed;
    lives += 1;
  }
  return lives;
}
