/**
 * Requests that end without a reply.
 *
 * @module
 */

import assert from "node:assert/strict";
import { rejectsBecause } from "@fourwire/transport/conformance";
import type { Requester, RequestServer } from "../requests.ts";
import { createDeafHandler, failsUnanswered } from "./bench.ts";
import type { RequestBench, RequestCheck } from "./request-check.ts";

/** The checks of requests that end without a reply. */
export const endChecks: readonly RequestCheck[] = [
  {
    id: "request/abort",
    says: "Aborting rejects a request at once with the signal's reason, and aborts the handler's signal.",
    async run(bench) {
      const { requester, deaf } = await askTheDeaf(bench);
      const controller = new AbortController();
      const reason = new Error("changed my mind");
      const pending = requester.request("deaf", { signal: controller.signal });
      await deaf.arrived;
      controller.abort(reason);
      await rejectsBecause(reason, pending);
      assert.ok(String(await deaf.aborted).includes("changed my mind"));
      await rejectsBecause(reason, requester.request("hears", { signal: controller.signal }));
      assert.equal(await requester.request("hears"), "hears");
    },
  },
  {
    id: "request/timeout",
    says: "A request without a reply in its time rejects with TIMEOUT, outcome unknown, and the handler's signal aborts.",
    async run(bench) {
      const { requester, deaf } = await askTheDeaf(bench);
      await failsUnanswered("TIMEOUT", "unknown", requester.request("deaf", { timeoutMs: 100 }));
      await deaf.aborted;
      assert.equal(await requester.request("hears"), "hears");
    },
  },
  {
    id: "request/close",
    says: "Closing the requester rejects pending requests with CLOSED, outcome unknown, and later ones as not sent.",
    async run(bench) {
      const { requester, deaf } = await askTheDeaf(bench);
      const pending = requester.request("deaf");
      await deaf.arrived;
      await requester.close();
      await failsUnanswered("CLOSED", "unknown", pending);
      await failsUnanswered("CLOSED", "notSent", requester.request("hears"));
      await requester.close();
    },
  },
  {
    id: "request/requester-gone",
    says: "When a requester closes, the signals of its requests abort, and those of others do not.",
    async run(bench) {
      const [leaver, stayer] = [createDeafHandler(), createDeafHandler()];
      const server = await bench.serve((request) => (request === "leave" ? leaver.handler() : stayer.handler()));
      const [one, other] = [await bench.ask(server.address), await bench.ask(server.address)];
      void one.request("leave");
      void other.request("stay");
      await Promise.all([leaver.arrived, stayer.arrived]);
      let disturbed = false;
      void stayer.aborted.then(() => (disturbed = true));
      await one.close();
      await leaver.aborted;
      await other.session.ping();
      assert.equal(disturbed, false);
    },
  },
  {
    id: "request/server-close",
    says: "Closing the server rejects pending requests with CLOSED, outcome unknown, and later ones as not sent.",
    async run(bench) {
      const { server, requester, deaf } = await askTheDeaf(bench);
      const pending = requester.request("deaf");
      await deaf.arrived;
      await Promise.all([server.close(), server.close()]);
      await failsUnanswered("CLOSED", "unknown", pending);
      assert.equal((await requester.session.closed)?.code, "CLOSED");
      await failsUnanswered("CLOSED", "notSent", requester.request("hears"));
    },
  },
  {
    id: "request/transport-close",
    says: "Closing the transport rejects pending requests with LOST, outcome unknown, and later ones as not sent.",
    async run(bench) {
      const { requester, deaf } = await askTheDeaf(bench);
      const pending = requester.request("deaf");
      await deaf.arrived;
      await bench.transport.close();
      await failsUnanswered("LOST", "unknown", pending);
      await failsUnanswered("LOST", "notSent", requester.request("hears"));
    },
  },
];

interface Deafness {
  readonly server: RequestServer;
  readonly requester: Requester;
  readonly deaf: ReturnType<typeof createDeafHandler>;
}

/** Connects to a server that answers "hears" with itself, and everything else never. */
async function askTheDeaf({ serve, ask }: RequestBench): Promise<Deafness> {
  const deaf = createDeafHandler();
  const server = await serve((request) => (request === "hears" ? request : deaf.handler()));
  return { server, requester: await ask(server.address), deaf };
}
