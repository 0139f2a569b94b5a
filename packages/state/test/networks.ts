/**
 * The transports once more, with links that can be broken where the medium has any: a further one is one more line.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { messagePortPair, pipePair } from "@fourwire/transport/conformance";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { type TestServer, testServer } from "@fourwire/transport-redis/test-server";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import { afterAll } from "vitest";
import { freePort } from "./redis-places.ts";

/** What a server listens through, and what its clients come by. */
export interface Network extends AsyncDisposable {
  readonly near: Transport;
  readonly far: Transport;
  /** Where clients find what listens at an address; the same for whoever listens there next. */
  entrance(address: string): Promise<string>;
  /** Breaks every link of the clients. */
  cut(): void;
}

export interface NetworkCase {
  readonly name: string;
  /** Whether links can break: those within one process, and between a parent and its child, end with their owner only. */
  readonly breaks: boolean;
  /** Where to listen; a fresh address where that is left open. */
  readonly address: string | undefined;
  create(): Promise<Network>;
}

let server: Promise<{ readonly port: number; readonly running: TestServer }> | undefined;
afterAll(async () => (await server)?.running[Symbol.asyncDispose]());

/** A Redis that listens at a port, so that something can stand before it; one a file. */
async function redisAtPort(): Promise<{ readonly port: number; readonly running: TestServer }> {
  const port = await freePort();
  return { port, running: testServer({ args: ["--port", `${port}`] }) };
}

export const networks: readonly NetworkCase[] = [
  { name: "memory", breaks: true, address: "state", create: async () => createMemory() },
  { name: "zmq", breaks: true, address: "tcp://127.0.0.1:0", create: async () => behindProxy(zmq()) },
  { name: "webSocket", breaks: true, address: "ws://127.0.0.1:0", create: async () => behindProxy(webSocket()) },
  { name: "redis", breaks: true, address: "state", create: createRedis },
  { name: "pipe", breaks: false, address: undefined, create: async () => direct(pipePair()) },
  { name: "message port", breaks: false, address: undefined, create: async () => direct(messagePortPair()) },
];

function direct(transport: Transport, cut: () => void = () => undefined): Network {
  return {
    near: transport,
    far: transport,
    entrance: async (address) => address,
    cut,
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

function createMemory(): Network {
  const transport = memory();
  return direct(transport, () => transport.faults.cut());
}

/** Clients come by a proxy before the address at which the server listens. */
function behindProxy(transport: Transport): Network {
  let proxy: Awaited<ReturnType<typeof faultProxy>> | undefined;
  return {
    near: transport,
    far: transport,
    async entrance(address) {
      proxy ??= await faultProxy(address, { seed: 1 });
      return proxy.address;
    },
    cut: () => void proxy?.cut(),
    async [Symbol.asyncDispose]() {
      await transport.close();
      await proxy?.[Symbol.asyncDispose]();
    },
  };
}

/** Clients come by a proxy before the Redis that both ends use. */
async function createRedis(): Promise<Network> {
  server ??= redisAtPort();
  const { port, running } = await server;
  const proxy = await faultProxy(`redis://127.0.0.1:${port}`, { seed: 1 });
  const prefix = crypto.randomUUID();
  const [near, far] = [redis({ url: running.url, prefix }), redis({ url: proxy.address, prefix })];
  return {
    near,
    far,
    entrance: async (address) => address,
    cut: () => void proxy.cut(),
    async [Symbol.asyncDispose]() {
      await far.close();
      await near.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
}
