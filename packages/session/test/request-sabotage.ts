/**
 * Ways to break requests, or the driver below them.
 *
 * @module
 */

import type { Channel, Frames, Transport } from "@fourwire/transport";
import type { Fixture } from "@fourwire/transport/conformance";
import type { Requests } from "../src/conformance/request-check.ts";
import {
  createRequester,
  type Requester,
  type RequestHandler,
  type RequestServer,
  serveRequests,
} from "../src/index.ts";
import { memoryFixture } from "./request-fixtures.ts";

/** Who breaks a promise: requests, or the driver below them. */
export interface Saboteur {
  readonly requests: Requests;
  readonly fixture: Fixture;
}

/** Requests of which one or both functions are others. */
export function breakRequests(broken: Partial<Requests>): Saboteur {
  return { requests: { serveRequests, createRequester, ...broken }, fixture: memoryFixture };
}

/** Requests with broken requesters. */
export function breakRequester(change: (requester: Requester) => Partial<Requester>): Saboteur {
  return breakRequests({
    async createRequester(...args) {
      const requester = await createRequester(...args);
      return override(requester, change(requester));
    },
  });
}

/** Requests with broken servers. */
export function breakServer(change: (server: RequestServer) => Partial<RequestServer>): Saboteur {
  return breakRequests({
    async serveRequests(...args) {
      const server = await serveRequests(...args);
      return override(server, change(server));
    },
  });
}

/** Requests that run the handler in another way. */
export function breakHandler(change: (handler: RequestHandler) => RequestHandler): Saboteur {
  return breakRequests({
    serveRequests: (transport, address, handler, options) =>
      serveRequests(transport, address, change(handler), options),
  });
}

/** Requests over a broken transport. */
export function breakTransport(change: (transport: Transport) => Partial<Transport>): Saboteur {
  const create = async (): Promise<Transport> => {
    const transport = await memoryFixture.create();
    return override(transport, change(transport));
  };
  return { requests: { serveRequests, createRequester }, fixture: { ...memoryFixture, create } };
}

/** Requests over a transport that changes what the end that connects receives. */
export function breakReceived(change: (frames: Frames) => Frames): Saboteur {
  const broken = (channel: Channel): Channel =>
    override<Channel>(channel, {
      async *[Symbol.asyncIterator]() {
        for await (const frames of channel) yield change(frames);
      },
    });
  return breakTransport((transport) => ({
    connect: async (address, options) => broken(await transport.connect(address, options)),
  }));
}

/** Waits for ever. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Returns the target with some members replaced; the others keep working on the target itself. */
function override<Target extends object>(target: Target, members: Partial<Target>): Target {
  return new Proxy(target, {
    get(original, key) {
      if (Object.hasOwn(members, key)) return Reflect.get(members, key);
      const member: unknown = Reflect.get(original, key);
      return typeof member === "function" ? member.bind(original) : member;
    },
  });
}
