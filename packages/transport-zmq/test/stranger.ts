/** Bare ZeroMQ sockets that speak to the driver without it. */
import { Dealer } from "zeromq";

/** "4W" and version 1, as docs/transports/zmq.md has it. */
export const HELLO: readonly Uint8Array[] = [new Uint8Array(0), Uint8Array.of(0x01, 0x34, 0x57, 0x01)];

export interface Stranger {
  readonly dealer: Dealer;
  /** Goes without a goodbye. */
  kill(): void;
}

/** Connects without a word. */
export function approach(address: string): Stranger {
  const dealer = new Dealer({ linger: 0, sendTimeout: 0, sendHighWaterMark: 0, reconnectInterval: -1 });
  dealer.connect(address);
  return { dealer, kill: () => dealer.close() };
}

/** Connects and is welcomed. */
export async function sayHello(address: string): Promise<Stranger> {
  const stranger = approach(address);
  await stranger.dealer.send([...HELLO]);
  await stranger.dealer.receive();
  return stranger;
}
