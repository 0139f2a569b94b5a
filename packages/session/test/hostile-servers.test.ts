import { TransportError } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { createCborCodec } from "../src/codec.ts";
import { prove, readKey } from "../src/credentials.ts";
import { type OpenOptions, openSession, SessionError } from "../src/index.ts";
import { CONTROL, Control } from "../src/message.ts";
import type { Opening } from "../src/native-proof.ts";
import { createSeals } from "../src/seal.ts";
import { eavesdrop } from "./eavesdropper.ts";
import { failure } from "./fixture.ts";
import { RawPeer, WELCOME } from "./raw-peer.ts";

const KEY = "a key of sixteen bytes and more";
const codec = createCborCodec();
const serverNonce = new Uint8Array(32).fill(7);

/** Opens a session with a server that speaks by hand, and returns what the attempt fails with. */
async function meet(
  options: OpenOptions,
  speak: (peer: RawPeer, hello: readonly unknown[]) => Promise<void>,
): Promise<Error & Record<string, unknown>> {
  // Whoever can be listened to does not encrypt, so that messages carry codes.
  const { transport } = eavesdrop(memory());
  await using listener = await transport.listen("here");
  const opening = failure(openSession(transport, "here", { handshakeTimeoutMs: 2_000, ...options }));
  for await (const channel of listener) {
    await using peer = new RawPeer(channel);
    await speak(peer, (await peer.receive()) ?? []);
    return await opening;
  }
  throw new TransportError("CLOSED", "Nobody came");
}

function openingOf(hello: readonly unknown[]): Opening {
  const { nonce } = hello[2] as { nonce: Uint8Array };
  return { clientNonce: nonce, serverNonce, hello: new Uint8Array(codec.encode(hello)) };
}

/** Shows that it holds the key, as somebody in between can who passes everything on. */
async function challenge(peer: RawPeer, hello: readonly unknown[]): Promise<Opening> {
  const opening = openingOf(hello);
  const proof = prove(readKey(KEY), "server", opening);
  await peer.send([CONTROL, Control.CHALLENGE, { nonce: serverNonce, proof }]);
  expect((await peer.receive())?.[1]).toBe(Control.PROOF);
  return opening;
}

describe("a client that holds a key", () => {
  it("takes no WELCOME from who does not ask for it", async () => {
    const error = await meet({ key: KEY }, (peer) => peer.send([CONTROL, Control.WELCOME, WELCOME]));
    expect(error).toMatchObject({ code: "UNAUTHORIZED", outcome: "notSent" });
  });

  it("shows nothing to who does not hold it", async () => {
    const said: unknown[] = [];
    const error = await meet({ key: KEY }, async (peer) => {
      await peer.send([CONTROL, Control.CHALLENGE, { nonce: serverNonce, proof: new Uint8Array(32) }]);
      said.push((await peer.receive())?.slice(0, 3));
    });
    expect(error).toMatchObject({ code: "UNAUTHORIZED" });
    expect(said).toStrictEqual([[CONTROL, Control.BYE, "UNAUTHORIZED"]]);
  });

  it("takes no WELCOME without a code, nor with a wrong one", async () => {
    const bare = await meet({ key: KEY }, async (peer, hello) => {
      await challenge(peer, hello);
      await peer.send([CONTROL, Control.WELCOME, WELCOME]);
    });
    expect(bare).toMatchObject({ code: "MALFORMED" });
    const wrong = await meet({ key: KEY }, async (peer, hello) => {
      await challenge(peer, hello);
      await peer.send([CONTROL, Control.WELCOME, WELCOME], new Uint8Array(16));
    });
    expect(wrong).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("takes no code of the other direction", async () => {
    const error = await meet({ key: KEY }, async (peer, hello) => {
      const seals = createSeals(readKey(KEY), await challenge(peer, hello), "client");
      const sealed = seals.outgoing.close([new Uint8Array(codec.encode([CONTROL, Control.WELCOME, WELCOME]))]);
      await peer.sendBytes(...sealed);
    });
    expect(error).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("hears why it is turned away, though that comes without a code", async () => {
    const error = await meet({ key: KEY }, async (peer, hello) => {
      await challenge(peer, hello);
      await peer.send([CONTROL, Control.BYE, "UNAUTHORIZED", "The client does not hold the key"]);
    });
    expect(error).toMatchObject({ code: "UNAUTHORIZED" });
    expect(error.message).toContain("does not hold the key");
  });
});

describe("a client", () => {
  it.each([
    ["session", { session: 5 }],
    ["secret", { secret: new Uint8Array(31) }],
    ["received", { received: -1 }],
    ["limits.maxStreams", { limits: { ...WELCOME.limits, maxStreams: 0 } }],
    ["heartbeat", { heartbeat: [1] }],
  ])("refuses a WELCOME that is not right: %s", async (field, wrong) => {
    const error = await meet({}, (peer) => peer.send([CONTROL, Control.WELCOME, { ...WELCOME, ...wrong }]));
    expect(error).toMatchObject({ code: "MALFORMED" });
    expect(error.message).toContain(field);
  });

  it.each([new Uint8Array(31), undefined, "nonce"])("refuses a CHALLENGE without a nonce: %s", async (nonce) => {
    const error = await meet({}, (peer) => peer.send([CONTROL, Control.CHALLENGE, { nonce }]));
    expect(error).toMatchObject({ code: "MALFORMED" });
  });

  it("is not held up by a server that breaks off", async () => {
    const error = await meet({ reconnect: false }, (peer) => peer.channel.close());
    expect(error).toBeInstanceOf(SessionError);
    expect(error).toMatchObject({ code: "LOST", outcome: "notSent" });
  });
});
