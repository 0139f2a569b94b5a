import { memory } from "@fourwire/transport/memory";
import { afterEach, describe, expect, it, vi } from "vitest";
import { prove } from "../src/credentials.ts";
import { openSession, serveSessions } from "../src/index.ts";
import { loadParts } from "../src/late-parts.ts";
import { proveNatively } from "../src/native-proof.ts";
import { handlerOf } from "./fixture.ts";
import { goldenProofs } from "./golden.ts";
import { stateOf } from "./resume-links.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Takes from the platform what a page that came over plain HTTP has not. */
function takeAwayNativeProof(): void {
  const { crypto } = globalThis;
  vi.stubGlobal("crypto", {
    getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes),
  });
}

describe("the parts of a client", () => {
  it("are CBOR alone where nothing else is asked for", async () => {
    const { codec, key, proofs } = await loadParts({}, true);
    expect([codec.name, key, proofs]).toEqual(["cbor", undefined, undefined]);
  });

  it("are JSON, and proofs, where the options say so", async () => {
    const { codec, key, proofs } = await loadParts({ codec: "json", key: "0123456789abcdef" }, false);
    expect([codec.name, key?.byteLength, typeof proofs?.prove]).toEqual(["json", 16, "function"]);
  });

  it("are proofs in JavaScript for a session that may resume, where the platform computes none", async () => {
    takeAwayNativeProof();
    expect((await loadParts({}, true)).proofs).toBeDefined();
    expect((await loadParts({}, false)).proofs).toBeUndefined();
  });
});

describe("a proof by the platform", () => {
  it.each(goldenProofs.proofs)("of purpose $purpose is that in JavaScript", async ({ purpose }) => {
    const { secret, clientNonce, serverNonce, hello } = goldenProofs;
    const opening = { clientNonce, serverNonce, hello: new TextEncoder().encode(hello) };
    expect(await proveNatively(secret, purpose, opening)).toEqual(prove(secret, purpose, opening));
  });
});

describe.each(["the platform", "JavaScript"])("a session that lost its channel and proves by %s", (by) => {
  it("is resumed", async () => {
    if (by === "JavaScript") takeAwayNativeProof();
    const transport = memory();
    const server = await serveSessions(transport, undefined, () => handlerOf({ echo: (value: unknown) => value }));
    const client = await openSession(transport, server.address, { reconnect: { minDelayMs: 1 } });
    expect(await client.call("echo", [1])).toBe(1);
    const parked = stateOf(client, "parked");
    transport.faults.cut();
    await parked;
    expect(await client.call("echo", [2])).toBe(2);
    expect([client.stats().resumes, client.stats().resets]).toEqual([1, 0]);
    await client.close();
    await server.close();
    await transport.close();
  });
});
