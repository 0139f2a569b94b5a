import { TransportError } from "@fourwire/transport";
import type { Fixture } from "@fourwire/transport/conformance";
import { breakListeners, breakTransport, map, never } from "./sabotage.ts";
import { channelSaboteurs } from "./saboteurs-channel.ts";
import { logSaboteurs } from "./saboteurs-log.ts";
import { queueSaboteurs } from "./saboteurs-queue.ts";
import { topicSaboteurs } from "./saboteurs-topic.ts";

const transportSaboteurs: Readonly<Record<string, Fixture>> = {
  "transport/traits": breakTransport(({ traits: { local: _unstated, ...traits } }) => ({ traits: traits as never })),
  "transport/ports": breakTransport(({ traits }) => ({ traits: { ...traits, topics: false } })),
  "transport/recipe": breakTransport(() => ({
    recipe: { module: "m", export: "e", options: { log: () => undefined } },
  })),
  "transport/reopens": breakTransport((transport) => {
    let listened = false;
    return {
      async listen(address, options) {
        if (listened) await transport.close();
        listened = true;
        return transport.listen(address, options);
      },
    };
  }),
  "transport/close-ends-channels": breakTransport(() => ({ close: async () => undefined })),
  "transport/close-ends-listeners": breakTransport(() => ({ close: async () => undefined })),
  "transport/close-is-final": breakTransport((transport) => ({
    connect: (address, options) =>
      transport.connect(address, options).catch((error: unknown) => {
        throw new TransportError("REFUSED", "Nobody answers", { cause: error });
      }),
  })),
  "transport/close-twice": breakTransport((transport) => {
    let closed = false;
    return {
      async close() {
        if (closed) throw new TransportError("CLOSED", "It is closed already");
        closed = true;
        await transport.close();
      },
    };
  }),
  "transport/dispose": breakListeners(() => ({ [Symbol.asyncDispose]: async () => undefined })),
  "transport/many-clients": breakTransport((transport) => {
    const first = new Map<string, ReturnType<typeof transport.connect>>();
    return {
      connect(address, options) {
        const connecting = first.get(address) ?? transport.connect(address, options);
        if (first.has(address)) void transport.connect(address, options);
        first.set(address, connecting);
        return connecting;
      },
    };
  }),
};

const addressSaboteurs: Readonly<Record<string, Fixture>> = {
  "address/connectable": breakListeners(() => ({ address: "somewhere else" })),
  "address/fresh": breakTransport((transport) => ({
    listen: (address = "always the same", options) => transport.listen(address, options),
  })),
  "address/in-use": breakTransport((transport) => ({
    listen: async (address, options) =>
      transport.listen(address, options).catch(() => transport.listen(undefined, options)),
  })),
  "address/refused": breakTransport((transport) => ({
    connect: (address, options) => transport.connect(address, options).catch(never),
  })),
  "address/invalid": breakTransport((transport) => ({
    connect: (address, options) => transport.connect(address || "a default", options),
  })),
  "address/listen-again": breakListeners(() => ({ close: async () => undefined })),
  "address/abort-before": breakTransport((transport) => ({
    connect: (address) => transport.connect(address),
  })),
  "address/abort-during": breakTransport((transport) => ({
    async connect(address, options) {
      const channel = await transport.connect(address, options);
      return options?.signal?.aborted ? never() : channel;
    },
  })),
  "address/abort-after": breakTransport((transport) => ({
    async connect(address, options) {
      const channel = await transport.connect(address, options);
      options?.signal?.addEventListener("abort", () => void channel.close());
      return channel;
    },
  })),
  "listener/close-stops": breakListeners((listener) => ({
    [Symbol.asyncIterator]: () => {
      const iterator = listener[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await iterator.next();
          return result.done ? never() : result;
        },
      };
    },
  })),
  "listener/close-keeps-channels": breakListeners((listener) => {
    const accepted = new Set<AsyncDisposable>();
    return {
      [Symbol.asyncIterator]: () =>
        map(listener[Symbol.asyncIterator](), (channel) => {
          accepted.add(channel);
          return channel;
        }),
      async close() {
        await listener.close();
        for (const channel of accepted) await channel[Symbol.asyncDispose]();
      },
    };
  }),
  "listener/close-ends-untaken": breakListeners((listener) => ({
    async close() {
      await listener[Symbol.asyncIterator]().next();
      await listener.close();
    },
  })),
  "listener/close-twice": breakListeners((listener) => {
    let closed = false;
    return {
      async close() {
        if (closed) throw new TransportError("CLOSED", "It is closed already");
        closed = true;
        await listener.close();
      },
    };
  }),
};

/** For each check a driver that breaks its promise, by the check's id. */
export const saboteurs: Readonly<Record<string, Fixture>> = {
  ...transportSaboteurs,
  ...addressSaboteurs,
  ...channelSaboteurs,
  ...topicSaboteurs,
  ...queueSaboteurs,
  ...logSaboteurs,
};
