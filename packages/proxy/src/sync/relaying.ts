/**
 * The middle of a synchronous connection: one session to the server, one to the
 * thread that waits, and every call handed from one to the other.
 *
 * @module
 */

import { completeLimits, type Handler, openSession, type Session, serveSessions } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import type { Endpoint } from "../endpoint.ts";
import { ProxyError } from "../errors.ts";
import { Exposure } from "../exposure.ts";
import { release } from "../operations.ts";
import type { References } from "../references.ts";
import { findNode } from "../remote-node.ts";
import { createServingEndpoint } from "../serving-endpoint.ts";
import type { ThreadOrders } from "./orders.ts";
import { markOwn } from "./own-errors.ts";

/** What stands where a server has its root: this end has none of its own. */
const NO_ROOT = Object.freeze({});

/** How the thread connects, and to what it hands on. */
export interface RelayingOptions extends Pick<ThreadOrders, "address" | "name" | "options"> {
  /** What leads to the server. */
  readonly far: Transport;
  /** What leads to the thread that waits. */
  readonly near: Transport;
}

/** Connects to the server, serves its root to the other thread, and resolves when that has left and both are closed. */
export async function relay({ far, near, address, name, options }: RelayingOptions): Promise<void> {
  const { maxReferences } = completeLimits(options.limits);
  const exposure = new Exposure(NO_ROOT);
  const createEndpoint = (session: Session, root: object | undefined): Endpoint =>
    createServingEndpoint({ session, address, root, exposure, maxReferences, onError: () => undefined });
  const made: { endpoint?: Endpoint } = {};
  const session = await openSession(far, address, {
    ...options,
    errors: { ProxyError },
    handler: (own) => {
      made.endpoint = createEndpoint(own, undefined);
      return releasing(made.endpoint);
    },
  });
  const root = made.endpoint?.rootProxy(name, () => session.close());
  await new Promise<void>((resolve, reject) => {
    const createHandler = (user: Session): Handler => {
      void user.closed.then(() => resolve());
      return marking(createEndpoint(user, root));
    };
    const { limits } = options;
    // The server's patience is the server's affair: to the thread that waits, nothing is late here.
    const patient = { heartbeat: false, callTimeoutMs: Number.POSITIVE_INFINITY, showStacks: true } as const;
    const errors = { ProxyError };
    serveSessions(near, undefined, createHandler, { ...patient, limits, errors, maxSessions: 1 }).catch(reject);
  });
  await session.close();
  await far.close();
}

/** Tells the other thread which errors are the connection's own. */
function marking(endpoint: Endpoint): Handler {
  const handler = releasing(endpoint);
  return {
    ...handler,
    call(target, args) {
      const result = handler.call(target, args);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw markOwn(error);
      });
    },
  };
}

/**
 * Lets go at one side of what was let go of at the other: what only passes
 * through must not wait for this thread's collector.
 */
function releasing(endpoint: Endpoint): Handler {
  const { references } = endpoint;
  return {
    call: (target, args) => endpoint.call(target, args),
    notify: (target, args) => endpoint.notify(target, args),
    reset: () => endpoint.reset(),
    references: {
      pack: (value, hasMethods, departing) => references.pack(value, hasMethods, departing),
      arrive: (reference, kind) => references.arrive(reference, kind),
      home: (reference) => references.home(reference),
      released(reference, count) {
        const value = heldBy(references, reference);
        references.released(reference, count);
        if (value && !heldBy(references, reference) && findNode(value)) release(value);
      },
    },
  };
}

/** Finds what a table holds for the other side; nothing once that has let go of it. */
function heldBy(references: References, reference: number): object | undefined {
  try {
    return references.get(reference);
  } catch {
    return undefined;
  }
}
