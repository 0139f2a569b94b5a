import { accept, receive } from "@fourwire/transport/conformance";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { webSocket } from "@fourwire/transport-ws";
import { expect, it } from "vitest";

const MIB = 1024 * 1024;

it.each([
  [false, "all bytes", (bytes: number) => bytes >= MIB],
  [true, "fewer bytes", (bytes: number) => bytes < MIB / 10],
])("sends, with compression %s, %s", async (compression, _, isExpected) => {
  await using transport = webSocket({ compression });
  const listener = await transport.listen();
  await using network = await faultProxy(listener.address);
  const near = await transport.connect(network.address);
  const far = await accept(listener);
  await near.send([new Uint8Array(MIB)]);
  expect((await receive(far))?.[0]?.byteLength).toBe(MIB);
  expect(isExpected(network.stats.upstreamBytes)).toBe(true);
});

it("cuts a peer off whose message becomes too large when it is unpacked", async () => {
  await using small = webSocket({ compression: true, maxMessageBytes: MIB });
  await using large = webSocket({ compression: true });
  const listener = await small.listen();
  const near = await large.connect(listener.address);
  const far = await accept(listener);
  await near.send([new Uint8Array(32 * MIB)]);
  expect(await far.closed).toMatchObject({ code: "LOST", message: expect.stringContaining("maxMessageBytes") });
  expect(await near.closed).toMatchObject({ code: "LOST" });
});
