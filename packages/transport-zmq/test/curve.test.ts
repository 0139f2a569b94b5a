import { inspect } from "node:util";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import type { CurveOptions } from "@fourwire/transport-zmq";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { curveKeyPair } from "zeromq";

const PROMPTLY_MS = 1_000;
const server = curveKeyPair();
const friend = curveKeyPair();
const stranger = curveKeyPair();

describe.each(["tcp://127.0.0.1:0", "ipc://*"])("over %s", (address) => {
  it("carries messages between ends that know each other", async () => {
    await using listening = zmq({ curve: { ...server, allow: [stranger.publicKey, friend.publicKey] } });
    await using connecting = zmq({ curve: { ...friend, serverKey: server.publicKey } });
    const listener = await listening.listen(address);
    const near = await connecting.connect(listener.address);
    const far = await accept(listener);
    await near.send(text("secret"));
    expect(read(await receive(far))).toBe("secret");
    await far.send([new Uint8Array(1_000_000)]);
    expect((await receive(near))?.[0]?.byteLength).toBe(1_000_000);
  });

  it("lets everyone with the server's key in when there is no list", async () => {
    await using listening = zmq({ curve: server });
    await using connecting = zmq({ curve: { ...stranger, serverKey: server.publicKey } });
    const listener = await listening.listen(address);
    await connecting.connect(listener.address);
  });

  it.each<[string, CurveOptions["allow"], CurveOptions | undefined, string]>([
    ["who is not on the list", [friend.publicKey], { ...stranger, serverKey: server.publicKey }, "UNAUTHORIZED"],
    ["everyone when the list is empty", [], { ...friend, serverKey: server.publicKey }, "UNAUTHORIZED"],
    ["who has another server's key", undefined, { ...friend, serverKey: stranger.publicKey }, "REFUSED"],
    ["who has no keys", undefined, undefined, "REFUSED"],
  ])("turns away %s, promptly", async (_, allow, curve, code) => {
    await using listening = zmq({ curve: { ...server, ...(allow && { allow }) } });
    await using connecting = zmq(curve && { curve });
    const listener = await listening.listen(address);
    const before = performance.now();
    await expect(connecting.connect(listener.address)).rejects.toMatchObject({ code });
    expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
  });

  it("does not talk to a server without keys", async () => {
    await using listening = zmq();
    await using connecting = zmq({ curve: { ...friend, serverKey: server.publicKey } });
    const listener = await listening.listen(address);
    await expect(connecting.connect(listener.address)).rejects.toMatchObject({ code: "REFUSED" });
  });

  it("listens again after everything was closed, with the list at work", async () => {
    await using listening = zmq({ curve: { ...server, allow: [friend.publicKey] } });
    await using connecting = zmq({ curve: { ...friend, serverKey: server.publicKey } });
    await using other = zmq({ curve: { ...stranger, serverKey: server.publicKey } });
    for (let round = 0; round < 3; round += 1) {
      await using listener = await listening.listen(address);
      await using _ = await connecting.connect(listener.address);
      await expect(other.connect(listener.address)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    }
  });
});

it("serves both sides with one object", async () => {
  const curve = { ...server, serverKey: server.publicKey, allow: [server.publicKey] };
  await using transport = zmq({ curve });
  const listener = await transport.listen();
  await transport.connect(listener.address);
  expect(transport.traits.encrypted).toBe(true);
});

it("names the key that connect needs", async () => {
  await using transport = zmq({ curve: server });
  await expect(transport.connect("tcp://127.0.0.1:1")).rejects.toThrow(/^curve\.serverKey, /);
});

it.each<[string, CurveOptions]>([
  ["curve.publicKey", { ...server, publicKey: "short" }],
  ["curve.secretKey", { ...server, secretKey: `${server.secretKey}x` }],
  ["curve.serverKey", { ...server, serverKey: "~".repeat(40) }],
  ["curve.allow[1]", { ...server, allow: [friend.publicKey, "#".repeat(40)] }],
])("names %s when it is no key, and shows no key", (field, curve) => {
  const create = (): unknown => zmq({ curve });
  expect(create).toThrow(new TypeError(`${field} is not a Z85 key of 40 characters`));
});

it("keeps the secret key out of logs, and in the recipe", () => {
  const curve = { ...server, serverKey: friend.publicKey };
  const transport = zmq({ curve, maxChannels: 5 });
  for (const shown of [
    inspect(transport, { depth: 10 }),
    inspect(transport, { depth: 10, showHidden: true }),
    JSON.stringify(transport),
    String(transport),
    JSON.stringify({ ...transport }),
  ]) {
    expect(shown).not.toContain(server.secretKey);
  }
  expect(structuredClone(transport.recipe)).toEqual({
    module: "@fourwire/transport-zmq",
    export: "zmq",
    options: { curve, maxChannels: 5 },
  });
});
