import { configure, TRANSPORT } from "@fourwire/container";
import type { MemoryOptions } from "@fourwire/transport/memory";
import type { RedisTransportOptions } from "@fourwire/transport-redis";
import type { WebSocketOptions } from "@fourwire/transport-ws";
import type { ZmqOptions } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { DRIVERS } from "../src/drivers.ts";
import { aside } from "./fixture.ts";

// One key for each option: the compiler complains here as soon as a driver has one more or one less.
const memory: Record<keyof MemoryOptions, true> = {
  maxMessageBytes: true,
  maxInboxBytes: true,
  maxQueuedBytes: true,
  maxLogBytes: true,
  faults: true,
};
const zmq: Record<keyof ZmqOptions, true> = {
  maxMessageBytes: true,
  maxInboxBytes: true,
  maxChannels: true,
  connectTimeoutMs: true,
  closeTimeoutMs: true,
  keepaliveMs: true,
  curve: true,
};
const redis: Record<keyof RedisTransportOptions, true> = {
  url: true,
  options: true,
  client: true,
  prefix: true,
  maxMessageBytes: true,
  maxInboxBytes: true,
  maxChannels: true,
  maxQueuedBytes: true,
  maxLogBytes: true,
  connectTimeoutMs: true,
  closeTimeoutMs: true,
  checkMs: true,
  lossMs: true,
  onWarning: true,
};
const webSocket: Record<keyof WebSocketOptions, true> = {
  maxMessageBytes: true,
  maxInboxBytes: true,
  maxBufferedBytes: true,
  maxChannels: true,
  connectTimeoutMs: true,
  closeTimeoutMs: true,
  protocols: true,
  server: true,
  origins: true,
  hosts: true,
  verify: true,
  headers: true,
  tls: true,
  compression: true,
};

describe.each(Object.entries({ memory, zmq, redis, webSocket }))("%s", (name, options) => {
  it("is known with exactly the options that it has", () => {
    const known = Object.entries(DRIVERS).find(([driver]) => driver === name)?.[1].options;
    expect([...(known ?? [])].sort()).toStrictEqual(Object.keys(options).sort());
  });
});

it("options of the transport go before those of the driver", async () => {
  const drivers = { webSocket: { maxChannels: 3, compression: true } };
  const transport = { driver: "webSocket", options: { maxChannels: 5 } } as const;
  await using app = await configure({ transport, drivers }, aside);
  expect(app.resolve(TRANSPORT).recipe?.options).toStrictEqual({ maxChannels: 5, compression: true });
});
