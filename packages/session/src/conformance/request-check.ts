/**
 * What a check of requests is, and what it is given.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import type { Bench, Check } from "@fourwire/transport/conformance";
import type { OpenOptions } from "../open-session.ts";
import type { createRequester, Requester, RequestHandler, RequestServer, serveRequests } from "../requests.ts";
import type { ServeOptions } from "../serve-sessions.ts";

/** The two functions under test. */
export interface Requests {
  readonly serveRequests: typeof serveRequests;
  readonly createRequester: typeof createRequester;
}

/** What a check works with; all that it opens is closed after it. */
export interface RequestBench extends Bench {
  /** Answers requests at an address of the fixture. */
  readonly serve: (handler: RequestHandler, options?: ServeOptions) => Promise<RequestServer>;
  /** Answers requests at an address, or at a fresh one. */
  readonly serveAt: (
    address: string | undefined,
    handler: RequestHandler,
    options?: ServeOptions,
  ) => Promise<RequestServer>;
  /** Connects a requester, over the bench's transport unless another is given. A reply that the check does not wait for may fail. */
  readonly ask: (address: string, options?: OpenOptions, over?: Transport) => Promise<Requester>;
}

/** One promise of requests, and how to see whether it is kept over a driver. */
export interface RequestCheck extends Omit<Check, "run"> {
  run(bench: RequestBench): Promise<void>;
}

/** Runs a check of requests on a bench of the kit, and closes what it opened. */
export async function runOnRequests(check: RequestCheck, bench: Bench, requests: Requests): Promise<void> {
  const opened: AsyncDisposable[] = [];
  const keep = <Kept extends AsyncDisposable>(kept: Kept): Kept => {
    opened.push(kept);
    return kept;
  };
  const serveAt: RequestBench["serveAt"] = async (address, handler, options) =>
    keep(await requests.serveRequests(bench.transport, address, handler, options));
  try {
    await check.run({
      ...bench,
      serveAt,
      serve: (handler, options) => serveAt(bench.fixture.address(), handler, options),
      ask: async (address, options, over = bench.transport) =>
        quiet(keep(await requests.createRequester(over, address, options))),
    });
  } finally {
    await Promise.all(opened.map((one) => one[Symbol.asyncDispose]()));
  }
}

/** A check that fails half-way leaves replies that nobody waits for: they are no failures of their own. */
function quiet(requester: Requester): Requester {
  return {
    session: requester.session,
    request(value, options) {
      const reply = requester.request(value, options);
      reply.catch(() => undefined);
      return reply;
    },
    close: () => requester.close(),
    [Symbol.asyncDispose]: () => requester.close(),
  };
}
