import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { prove } from "../src/credentials.ts";
import { type Key, openSession, type ServeOptions, serveSessions } from "../src/index.ts";
import { CONTROL, Control } from "../src/message.ts";
import { claiming } from "./auth-tamper.ts";
import { converse, type Functions, failure, handlerOf, until } from "./fixture.ts";
import { encode, HELLO, RawPeer, WELCOME } from "./raw-peer.ts";
import { tap } from "./tap.ts";
import { transports } from "./transports.ts";

const KEY = "a key that both ends hold";
const OTHER = "a key that nobody else holds";

/** A server that counts what it lets in. */
async function serveCounted(transport: ReturnType<typeof memory>, options: ServeOptions, functions: Functions = {}) {
  const errors: Error[] = [];
  const seen = { sessions: 0, calls: 0 };
  const server = await serveSessions(
    transport,
    undefined,
    () => {
      seen.sessions += 1;
      const handler = handlerOf(functions);
      return {
        call(target, args) {
          seen.calls += 1;
          return handler.call(target, args);
        },
        notify: () => (seen.calls += 1),
      };
    },
    { onError: (error) => void errors.push(error), ...options },
  );
  return { server, seen, errors };
}

describe.each(transports)("a key over $name", ({ create }) => {
  const pairs: { what: string; server: Key | undefined; client: Key | undefined }[] = [
    { what: "another at the client", server: KEY, client: OTHER },
    { what: "none at the client", server: KEY, client: undefined },
    { what: "none at the server", server: undefined, client: KEY },
  ];

  it.each(pairs)(
    "is refused with UNAUTHORIZED when there is $what",
    async ({ server: serverKey, client: clientKey }) => {
      await using transport = create();
      let created = 0;
      const createHandler = () => {
        created += 1;
        return handlerOf({});
      };
      await using server = await serveSessions(transport, undefined, createHandler, { key: serverKey });
      const start = performance.now();
      const error = await failure(openSession(transport, server.address, { key: clientKey }));
      expect(error).toMatchObject({ name: "SessionError", code: "UNAUTHORIZED" });
      expect(performance.now() - start).toBeLessThan(2_000);
      await until(() => server.sessions.size === 0);
      if (serverKey) expect(created).toBe(0);
    },
  );

  it.each(["cbor", "json"] as const)("that both hold opens a session that works in %s", async (codec) => {
    const key = new TextEncoder().encode(KEY);
    await using conversation = await converse({ transport: create(), serve: { key: KEY }, open: { key, codec } });
    const bytes = new Uint8Array(100_000).fill(1);
    expect(await conversation.client.call("echo", ["small", bytes])).toBe("small");
    expect(await conversation.client.call("echo", [{ bytes }])).toStrictEqual({ bytes });
  });
});

describe("a key", () => {
  it.each(["0123456789abcde", new Uint8Array(15).fill(65), ""])(
    "shorter than 16 bytes is a TypeError without it",
    async (key) => {
      const transport = memory();
      for (const attempt of [
        serveSessions(transport, undefined, () => handlerOf({}), { key }),
        openSession(transport, "nowhere", { key }),
      ]) {
        const error = await failure(attempt);
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toMatch(/^key: .*16 bytes/);
        if (key.length > 0) expect(error.message).not.toContain(String(key));
      }
    },
  );

  it("is proved by the server before the client shows anything of its own", async () => {
    const network = memory();
    const kinds: unknown[] = [];
    await using server = await serveSessions(network, undefined, () => handlerOf({}), { key: OTHER });
    const transport = tap(network, { sent: ([, kind]) => kinds.push(kind) });
    const error = await failure(openSession(transport, server.address, { key: KEY }));
    expect(error).toMatchObject({ code: "UNAUTHORIZED", message: expect.stringMatching(/does not hold the key/) });
    expect(kinds).toStrictEqual([Control.HELLO, Control.BYE]);
  });

  it("is not proved by whoever says back what it heard", async () => {
    const network = memory();
    await using listener = await network.listen("mirror");
    const opening = failure(openSession(network, "mirror", { key: KEY }));
    for await (const channel of listener) {
      const peer = new RawPeer(channel);
      const [, , hello] = (await peer.receive()) ?? [];
      await peer.send([CONTROL, Control.CHALLENGE, { nonce: Object(hello).nonce, proof: new Uint8Array(32) }]);
      break;
    }
    expect(await opening).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("lets nothing in before it is proved: neither calls nor a WELCOME that was made up", async () => {
    const transport = memory();
    const { server, seen, errors } = await serveCounted(transport, { key: KEY });
    const opened = await RawPeer.connect(transport, server.address);
    await opened.send([CONTROL, Control.HELLO, HELLO]);
    await opened.send([1, 0, 1, 1, "echo", []]);
    expect(await opened.goodbye()).toBe("MALFORMED");
    const bold = await RawPeer.connect(transport, server.address);
    await bold.send([1, 0, 1, 1, "echo", []]);
    expect(await bold.goodbye()).toBe("MALFORMED");
    await until(() => errors.length === 2);
    expect(seen).toStrictEqual({ sessions: 0, calls: 0 });
    await server.close();
    await using listener = await transport.listen("impostor");
    const opening = failure(openSession(transport, "impostor", { key: KEY }));
    for await (const channel of listener) {
      await new RawPeer(channel).send([CONTROL, Control.WELCOME, WELCOME]);
      break;
    }
    expect(await opening).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("proved for one connection proves nothing for another", async () => {
    const transport = memory();
    const { server, seen } = await serveCounted(transport, { key: KEY });
    const hello = encode([CONTROL, Control.HELLO, HELLO]);
    const challenge = async (peer: RawPeer): Promise<Uint8Array> => {
      await peer.sendBytes(hello);
      const [, , fields] = (await peer.receive()) ?? [];
      return Object(fields).nonce;
    };
    const [honest, thief] = [
      await RawPeer.connect(transport, server.address),
      await RawPeer.connect(transport, server.address),
    ];
    const key = new TextEncoder().encode(KEY);
    const opening = { clientNonce: HELLO.nonce, serverNonce: await challenge(honest), hello };
    const proof = prove(key, "client", opening);
    await challenge(thief);
    await thief.send([CONTROL, Control.PROOF, { key: proof }]);
    expect(await thief.goodbye()).toBe("UNAUTHORIZED");
    for (const purpose of ["server", "resume", "mac to server"] as const) {
      const other = await RawPeer.connect(transport, server.address);
      const theirs = { ...opening, serverNonce: await challenge(other) };
      await other.send([CONTROL, Control.PROOF, { key: prove(key, purpose, theirs) }]);
      expect(await other.goodbye()).toBe("UNAUTHORIZED");
    }
    await honest.send([CONTROL, Control.PROOF, { key: proof }]);
    expect((await honest.receive())?.[1]).toBe(Control.WELCOME);
    expect(seen.calls).toBe(0);
    await server.close();
  });

  it("on an unencrypted link turns away who wants no code on each message", async () => {
    const network = memory();
    const errors: Error[] = [];
    const onError = (error: Error): void => void errors.push(error);
    await using conversation = await converse({
      transport: claiming(network, false),
      serve: { key: KEY, onError },
      open: { key: KEY },
    });
    const { server } = conversation;
    const error = await failure(openSession(claiming(network, true), server.address, { key: KEY }));
    expect(error).toMatchObject({ code: "UNAUTHORIZED", message: expect.stringMatching(/not encrypted/) });
    await until(() => errors.length === 1);
    expect(errors).toMatchObject([{ code: "UNAUTHORIZED" }]);
    expect(server.sessions.size).toBe(1);
  });
});
