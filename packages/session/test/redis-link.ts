/**
 * Redis with a fault proxy between the clients and the server: those who listen
 * reach it directly, as they would on its own machine.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Transport } from "@fourwire/transport";
import { type FaultProxy, faultProxy } from "@fourwire/transport/fault-proxy";
import { redis } from "@fourwire/transport-redis";
import { type TestServer, testServer } from "@fourwire/transport-redis/test-server";
import { afterAll } from "vitest";

/** A transport whose clients are behind a proxy, once there is one. */
export interface ProxiedRedis {
  readonly transport: Transport;
  /** Puts the proxy there. */
  intercept(): Promise<FaultProxy>;
}

/** So that the listening end learns of a cut soon, and a connection that swallows everything is given up. */
const QUICK = { checkMs: 20, lossMs: 300, connectTimeoutMs: 500 };

// A throw-away Redis has a Unix socket only; a proxy needs a port.
const port = await freePort();
let server: TestServer | undefined;
afterAll(() => server?.[Symbol.asyncDispose]());

/** Makes a transport over the Redis of this file, apart from the others over it. */
export function proxiedRedis(): ProxiedRedis {
  server ??= testServer({ args: ["--port", String(port)] });
  const url = `redis://127.0.0.1:${port}`;
  const prefix = randomUUID();
  const far = redis({ url, prefix, ...QUICK });
  let near: Transport | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([near?.close(), far.close()]);
  };
  return {
    async intercept() {
      const proxy = await faultProxy(url, { seed: 7 });
      near = redis({ url: proxy.address, prefix, ...QUICK });
      return proxy;
    },
    transport: {
      name: far.name,
      traits: far.traits,
      connect(address, options) {
        if (!near) throw new Error("There is no proxy yet");
        return near.connect(address, options);
      },
      listen: (address, options) => far.listen(address, options),
      close,
      [Symbol.asyncDispose]: close,
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string")
    throw new TypeError("A server that listens on TCP has an address");
  return address.port;
}
