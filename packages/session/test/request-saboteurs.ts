import { TransportError } from "@fourwire/transport";
import { createRequester, type Outcome, SessionError, serveRequests } from "../src/index.ts";
import {
  breakHandler,
  breakReceived,
  breakRequester,
  breakRequests,
  breakServer,
  breakTransport,
  never,
  type Saboteur,
} from "./request-sabotage.ts";

const MIB = 1024 * 1024;

const replySaboteurs: Readonly<Record<string, Saboteur>> = {
  "request/reply": breakHandler((handler) => (request) => {
    const reply = handler(request);
    return reply instanceof Promise ? "a promise" : reply;
  }),
  "request/address": breakServer(() => ({ address: "somewhere else" })),
  "request/concurrent": breakRequester((requester) => {
    // Takes replies for those of the oldest request, as over a bare connection.
    const waiting: ((reply: unknown) => void)[] = [];
    return {
      request(value, options) {
        void requester.request(value, options).then((reply) => waiting.shift()?.(reply));
        return new Promise((resolve) => waiting.push(resolve));
      },
    };
  }),
  "request/order": breakRequester((requester) => ({
    async request(value, options) {
      // Large bytes take a way of their own, and overtake.
      if (Array.isArray(value) && value.length === 1) await Promise.resolve();
      return await requester.request(value, options);
    },
  })),
  "request/errors": breakHandler((handler) => {
    let failure: unknown;
    return (request) => {
      if (failure) throw failure;
      try {
        return handler(request);
      } catch (error) {
        failure = error;
        throw error;
      }
    };
  }),
  "request/values": breakRequester((requester) => ({
    request: (value, options) => requester.request(value instanceof Date ? value.toJSON() : value, options),
  })),
  "request/bytes": breakReceived((frames) => {
    for (const frame of frames) if (frame.byteLength > MIB) frame.fill(0, MIB);
    return frames;
  }),
  "request/not-serializable": breakRequester((requester) => ({
    request: (value, options) => requester.request(typeof value === "symbol" ? String(value) : value, options),
  })),
  "request/stream": breakHandler((handler) => (request) => {
    const items = (handler(request) as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    return { [Symbol.asyncIterator]: () => ({ next: () => items.next() }) };
  }),
};

const partySaboteurs: Readonly<Record<string, Saboteur>> = {
  "request/independent": breakHandler((handler) => {
    let before: Promise<unknown> = Promise.resolve();
    return (request) => {
      before = before.then(() => handler(request));
      return before;
    };
  }),
  "request/context": breakRequester((requester) => ({
    request: (value, options) => requester.request(value, { ...options, metadata: {} }),
  })),
  "request/strangers": breakRequests({
    async serveRequests(transport, address, handler, options) {
      const onError = (): void => void server.close();
      const server = await serveRequests(transport, address, handler, { ...options, onError });
      return server;
    },
  }),
  "request/key": breakRequests({
    serveRequests: (transport, address, handler, options) =>
      serveRequests(transport, address, handler, { ...options, key: undefined }),
    createRequester: (transport, address, options) =>
      createRequester(transport, address, { ...options, key: undefined }),
  }),
  "request/refused": breakRequests({
    createRequester: (transport, address, options) => createRequester(transport, address, options).catch(never),
  }),
};

const endSaboteurs: Readonly<Record<string, Saboteur>> = {
  "request/abort": breakRequester((requester) => ({
    request(value, { signal, ...options } = {}) {
      // Gives up at this end only.
      const aborted = new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      return Promise.race([aborted, requester.request(value, options)]);
    },
  })),
  "request/timeout": breakRequester((requester) => ({
    request(value, { timeoutMs, ...options } = {}) {
      const late = new Promise((_, reject) => {
        if (timeoutMs) setTimeout(reject, timeoutMs, new SessionError("TIMEOUT", "Late", { outcome: "unknown" }));
      });
      return Promise.race([late, requester.request(value, options)]);
    },
  })),
  "request/close": claim("notSent"),
  "request/requester-gone": breakRequester(() => ({ close: async () => undefined })),
  "request/server-close": breakServer(() => ({ close: async () => undefined })),
  "request/transport-close": claim("unknown"),
};

const linkSaboteurs: Readonly<Record<string, Saboteur>> = {
  "request/resumed": breakRequests({
    createRequester: (transport, address, options) =>
      createRequester(transport, address, { ...options, reconnect: false }),
  }),
  "request/resumed-often": breakTransport((transport) => {
    let connections = 0;
    return {
      async connect(address, options) {
        connections += 1;
        if (connections > 3) throw new TransportError("ADDRESS_INVALID", "It was enough");
        return await transport.connect(address, options);
      },
    };
  }),
  "request/request-lost": breakRequests({
    // Keeps nothing for those who come back.
    serveRequests: (transport, address, handler, options) =>
      serveRequests(transport, address, handler, { ...options, parking: { maxSessions: 0 } }),
  }),
  "request/reply-lost": breakRequests({
    // Asks anew instead of going on.
    async createRequester(transport, address, options) {
      const fleeting = { ...options, reconnect: false } as const;
      const requester = await createRequester(transport, address, fleeting);
      const askAnew = async (value: unknown): Promise<unknown> => {
        await using another = await createRequester(transport, address, fleeting);
        return await another.request(value);
      };
      return { ...requester, request: (value) => requester.request(value).catch(() => askAnew(value)) };
    },
  }),
};

/** For each check who breaks its promise, by the check's id. */
export const requestSaboteurs: Readonly<Record<string, Saboteur>> = {
  ...replySaboteurs,
  ...partySaboteurs,
  ...endSaboteurs,
  ...linkSaboteurs,
};

/** Requests that always claim the same of a failed one. */
function claim(outcome: Outcome): Saboteur {
  return breakRequester((requester) => ({
    request: (value, options) =>
      requester.request(value, options).catch((error: SessionError) => {
        throw new SessionError(error.code, error.message, { outcome });
      }),
  }));
}
