import { accept, text } from "@fourwire/transport/conformance";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it } from "vitest";
import { settle } from "../src/options.ts";
import { createDealer } from "../src/sockets.ts";

const NOWHERE = { scheme: "tcp", host: "127.0.0.1", port: 1 } as const;

it("lets the event loop turn while a sender does nothing but send", async () => {
  await using transport = zmq();
  const listener = await transport.listen();
  const channel = await transport.connect(listener.address);
  await accept(listener);
  let turns = 0;
  const count = (): void => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  for (let sent = 0; sent < 5_000; sent += 1) await channel.send(text("x"));
  clearImmediate(next);
  expect(turns).toBeGreaterThan(5);
});

it("opens more channels than libzmq's default number of sockets allows", async () => {
  await using transport = zmq();
  const listener = await transport.listen("ipc://*");
  const channels = await Promise.all(Array.from({ length: 400 }, () => transport.connect(listener.address)));
  expect(channels).toHaveLength(400);
});

it("has the kernel check the far end's machine every keepaliveMs, in whole seconds", () => {
  const dealer = createDealer(settle({ keepaliveMs: 2_500 }), NOWHERE);
  expect(dealer).toMatchObject({ tcpKeepalive: 1, tcpKeepaliveIdle: 3, tcpKeepaliveInterval: 3 });
  expect(dealer).toMatchObject({ tcpKeepaliveCount: 3, tcpMaxRetransmitTimeout: 7_500 });
  dealer.close();
});

it("leaves keepalive off when told so", () => {
  const dealer = createDealer(settle({ keepaliveMs: 0 }), NOWHERE);
  expect(dealer.tcpKeepalive).toBe(0);
  dealer.close();
});
