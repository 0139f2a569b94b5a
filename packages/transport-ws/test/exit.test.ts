import { once } from "node:events";
import { accept } from "@fourwire/transport/conformance";
import { webSocket } from "@fourwire/transport-ws";
import { expect, it } from "vitest";
import { startPeer } from "./peer.ts";

const PROMPTLY_MS = 1_000;

it("lets a process that closed its transport end by itself", async () => {
  const peer = await startPeer({ listen: "ws://127.0.0.1:0", thenClose: true });
  const before = performance.now();
  const [code] = await once(peer.process, "exit");
  expect(code).toBe(0);
  expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
});

it("lets a process that closed its channel end by itself", async () => {
  await using transport = webSocket();
  const listener = await transport.listen();
  const peer = await startPeer({ connect: listener.address, thenClose: true });
  const channel = await accept(listener);
  const before = performance.now();
  const [code] = await once(peer.process, "exit");
  expect(code).toBe(0);
  expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
  expect(await channel.closed).toBeUndefined();
});
