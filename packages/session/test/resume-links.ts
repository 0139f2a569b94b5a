/**
 * Conversations over links that tests break: memory's own faults, and real
 * sockets behind a proxy.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { type FaultProxy, faultProxy } from "@fourwire/transport/fault-proxy";
import { memory } from "@fourwire/transport/memory";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import {
  type Handler,
  type OpenOptions,
  openSession,
  type ServeOptions,
  type Session,
  type SessionServer,
  type SessionState,
  serveSessions,
} from "../src/index.ts";
import { deferred, type Functions, handlerOf } from "./fixture.ts";
import { proxiedRedis } from "./redis-link.ts";

/** What stands between the two ends, and breaks. */
export interface Link extends AsyncDisposable {
  /** Where to connect to, instead of the server's own address. */
  readonly address: string;
  /** Ends every channel at both ends; what was under way is lost. */
  cut(): void;
  /** Swallows all that is sent from now on over the channels there are. */
  halfOpen(): void;
  /** Lets nobody through until `accept`. */
  refuse(): void;
  accept(): void;
  /** Cuts each connection in the middle of a message, after so many bytes; `undefined` where the medium has no bytes. */
  readonly cutAfter: ((bytes: readonly [min: number, max: number] | number) => void) | undefined;
}

/** A medium with links that break. */
export interface LinkCase {
  readonly name: string;
  create(): { readonly transport: Transport; link(address: string): Promise<Link> };
}

export const links: readonly LinkCase[] = [
  {
    name: "memory",
    create() {
      const transport = memory();
      return {
        transport,
        link: async (address) => ({
          address,
          cut: () => transport.faults.cut(),
          halfOpen: () => transport.faults.halfOpen(),
          refuse: () => transport.faults.set({ refusal: 1 }),
          accept: () => transport.faults.set({}),
          cutAfter: undefined,
          [Symbol.asyncDispose]: () => Promise.resolve(),
        }),
      };
    },
  },
  { name: "zmq", create: () => ({ transport: zmq(), link: proxied }) },
  { name: "webSocket", create: () => ({ transport: webSocket(), link: proxied }) },
  {
    name: "redis",
    create() {
      const { transport, intercept } = proxiedRedis();
      return { transport, link: async (address) => linkThrough(await intercept(), address) };
    },
  },
];

/** Puts the proxy before an address of TCP. */
async function proxied(address: string): Promise<Link> {
  const proxy = await faultProxy(address, { seed: 7 });
  return linkThrough(proxy, proxy.address);
}

function linkThrough(proxy: FaultProxy, address: string): Link {
  return {
    address,
    cut: () => void proxy.cut(),
    halfOpen: () => proxy.halfOpen(),
    refuse: () => proxy.refuse(),
    accept: () => proxy.accept(),
    cutAfter: (bytes) => proxy.cutAfter(bytes),
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}

/** What a conversation over a link is made of; everything has a default. */
export interface LinkedOptions {
  readonly functions?: Functions;
  readonly serve?: ServeOptions;
  readonly open?: OpenOptions;
  /** Makes the server's handler instead of one of `functions`. */
  createHandler?(session: Session): Handler;
}

/** A conversation over a link. */
export interface Linked extends AsyncDisposable {
  readonly transport: Transport;
  readonly link: Link;
  readonly server: SessionServer;
  readonly client: Session;
  /** The server's end of the client's first session. */
  readonly served: Session;
}

/** Coming back quickly, so that tests are quick. */
export const QUICK = { minDelayMs: 1, maxDelayMs: 20 };

/** Serves functions, breaks in between, and opens a session; closing it closes all. */
export async function converseOver(kind: LinkCase, options: LinkedOptions = {}): Promise<Linked> {
  const { transport, link: createLink } = kind.create();
  const accepted = deferred<Session>();
  const handler = handlerOf({ echo: (value: unknown) => value, never: () => deferred().promise, ...options.functions });
  const createHandler = (session: Session): Handler => {
    accepted.resolve(session);
    return options.createHandler?.(session) ?? handler;
  };
  const server = await serveSessions(transport, undefined, createHandler, options.serve);
  const link = await createLink(server.address);
  const client = await openSession(transport, link.address, { reconnect: QUICK, ...options.open });
  const served = await accepted.promise;
  return {
    transport,
    link,
    server,
    client,
    served,
    async [Symbol.asyncDispose]() {
      await Promise.all([client.close(), server.close()]);
      await link[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}

/** Resolves when a session is in a state, at present or later; rejects when it ends without. */
export async function stateOf(session: Session, wanted: SessionState): Promise<void> {
  for await (const { state } of session.states()) if (state === wanted) return;
  throw new Error(`The session ended without having been ${wanted}`);
}
