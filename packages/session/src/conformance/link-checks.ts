/**
 * Requests whose channel is lost on the way.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Requester } from "../requests.ts";
import { createGate, numbers } from "./bench.ts";
import { createLossyLink, type LossyLink } from "./lossy-link.ts";
import type { RequestBench, RequestCheck } from "./request-check.ts";

/** The checks of lost channels: the requester comes back, and each request is answered once. */
export const linkChecks: readonly RequestCheck[] = [
  {
    id: "request/resumed",
    says: "A channel that ends under a request is replaced: the reply arrives, and so do those of later requests.",
    async run(bench) {
      const { link, requester, served, release } = await askOverLossyLink(bench);
      const pending = requester.request("pending");
      await served.next();
      await link.cut();
      release();
      const later = requester.request("later");
      assert.deepStrictEqual(await Promise.all([pending, later]), ["pending", "later"]);
      assert.deepStrictEqual(served.all, ["pending", "later"]);
    },
  },
  {
    id: "request/resumed-often",
    says: "However often the channel ends, requests are served once each, in their order.",
    deadlineMs: 20_000,
    async run(bench) {
      const { link, requester, served, release } = await askOverLossyLink(bench);
      release();
      const replies: Promise<unknown>[] = [];
      for (const round of numbers(5)) {
        for (const index of numbers(20)) replies.push(requester.request(round * 20 + index));
        // A reply that fails is reported as such, not as a request that never arrives.
        await Promise.race([served.next(), Promise.all(replies)]);
        await link.cut();
      }
      assert.deepStrictEqual(await Promise.all(replies), numbers(100));
      assert.deepStrictEqual(served.all, numbers(100));
    },
  },
  {
    id: "request/request-lost",
    says: "A request that is lost on the way is sent again, and served once.",
    async run(bench) {
      const { link, requester, served, release } = await askOverLossyLink(bench);
      release();
      const lost = link.lose("sent");
      const pending = requester.request("again");
      await lost;
      await link.cut();
      assert.equal(await pending, "again");
      assert.deepStrictEqual(served.all, ["again"]);
    },
  },
  {
    id: "request/reply-lost",
    says: "A reply that is lost on the way is sent again, without serving the request again.",
    async run(bench) {
      const { link, requester, served, release } = await askOverLossyLink(bench);
      const pending = requester.request("once");
      await served.next();
      const lost = link.lose("received");
      release();
      await lost;
      await link.cut();
      assert.equal(await pending, "once");
      assert.deepStrictEqual(served.all, ["once"]);
    },
  },
];

interface Served {
  /** What was served so far. */
  readonly all: unknown[];
  /** Resolves when the next request arrives. */
  next(): Promise<void>;
}

interface LossyBench {
  readonly link: LossyLink;
  readonly requester: Requester;
  readonly served: Served;
  /** Lets the handler answer, which waits until then. */
  release(): void;
}

/** Connects over a link that can be broken to a server that answers every request with itself, once it is released. */
async function askOverLossyLink({ transport, serve, ask }: RequestBench): Promise<LossyBench> {
  const all: unknown[] = [];
  const released = createGate();
  let arrived = createGate();
  const server = await serve(async (request) => {
    all.push(request);
    arrived.open();
    await released.opened;
    return request;
  });
  const link = createLossyLink(transport);
  const requester = await ask(server.address, {}, link.transport);
  const next = (): Promise<void> => {
    arrived = createGate();
    return arrived.opened;
  };
  return { link, requester, served: { all, next }, release: released.open };
}
