/**
 * Who asks whom: several requesters, strangers and people without the key.
 *
 * @module
 */

import assert from "node:assert/strict";
import { rejectsWith, text } from "@fourwire/transport/conformance";
import { callContext } from "../context.ts";
import { createGate, failsWith } from "./bench.ts";
import type { RequestBench, RequestCheck } from "./request-check.ts";

const KEY = "a key that both of the ends know";
const OTHER_KEY = "a key that nobody else has heard of";

/** The checks of those who take part. */
export const partyChecks: readonly RequestCheck[] = [
  {
    id: "request/independent",
    says: "A request that waits for its reply delays no other, of the same requester or of another one.",
    async run({ serve, ask }) {
      const arrived = createGate();
      const released = createGate();
      const server = await serve(async (request) => {
        if (request !== "slow") return request;
        arrived.open();
        await released.opened;
        return "at last";
      });
      const [one, other] = [await ask(server.address), await ask(server.address)];
      const slow = one.request("slow");
      await arrived.opened;
      assert.equal(await one.request("quick"), "quick");
      assert.equal(await other.request("quick"), "quick");
      released.open();
      assert.equal(await slow, "at last");
    },
  },
  {
    id: "request/context",
    says: "The handler can ask for who asks, for the metadata and for the time left.",
    async run({ serve, ask }) {
      const server = await serve(() => {
        const { peer, metadata, timeoutMs } = callContext();
        return [peer.sessionId, metadata, timeoutMs];
      });
      for (const user of ["ada", "bob"]) {
        const requester = await ask(server.address);
        const reply = await requester.request("who am I?", { metadata: { user }, timeoutMs: 4_000 });
        assert.deepStrictEqual(reply, [requester.session.peer.sessionId, { user }, 4_000]);
      }
    },
  },
  {
    id: "request/strangers",
    says: "Who connects and says nothing, or what is no request, loses that channel and disturbs nobody.",
    async run({ transport, serve, ask }) {
      const server = await serve((request) => request);
      const requester = await ask(server.address);
      const silent = await transport.connect(server.address);
      for (const message of [text("good", "day"), [new Uint8Array()], [new Uint8Array(100).fill(0x9f)]]) {
        const rude = await transport.connect(server.address);
        await rude.send(message);
        await rude.closed;
      }
      assert.equal(await requester.request("still there?"), "still there?");
      assert.equal(await (await ask(server.address)).request("anybody else?"), "anybody else?");
      await silent.close();
    },
  },
  {
    id: "request/key",
    says: "With a key, those who hold it are answered; connecting with another or none rejects with UNAUTHORIZED.",
    async run({ serve, ask }) {
      const server = await serve((request) => request, { key: KEY });
      const requester = await ask(server.address, { key: KEY });
      const bytes = new Uint8Array(100_000).fill(7);
      assert.deepStrictEqual(await requester.request(["hello", bytes]), ["hello", bytes]);
      await failsWith("UNAUTHORIZED", ask(server.address, { key: OTHER_KEY }));
      await failsWith("UNAUTHORIZED", ask(server.address));
      assert.equal(await requester.request("still there?"), "still there?");
    },
  },
  {
    id: "request/refused",
    says: "Connecting to where nobody listens rejects with the transport's REFUSED.",
    async run(bench) {
      await rejectsWith("REFUSED", bench.ask(await refusedAddress(bench)));
    },
  },
];

async function refusedAddress({ fixture, serve }: RequestBench): Promise<string> {
  const given = await fixture.refusedAddress?.();
  if (given !== undefined) return given;
  const server = await serve(() => undefined);
  await server.close();
  return server.address;
}
