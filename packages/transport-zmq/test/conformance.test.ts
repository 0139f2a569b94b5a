import { conform } from "@fourwire/transport/conformance";
import { zmq } from "@fourwire/transport-zmq";
import { describe, it } from "vitest";
import { startPeer } from "./peer.ts";
import { sayHello } from "./stranger.ts";

describe("zmq over tcp", () => {
  conform(it, {
    name: "zmq-tcp",
    record: new URL("conformance/zmq-tcp.json", import.meta.url),
    create: () => zmq(),
    address: () => "tcp://127.0.0.1:0",
    refusedAddress: () => "tcp://127.0.0.1:1",
    invalidAddress: () => "ws://127.0.0.1:1",
    victim: async (_, address) => await startPeer({ connect: address }),
  });
});

describe("zmq over ipc", () => {
  conform(it, {
    name: "zmq-ipc",
    record: new URL("conformance/zmq-ipc.json", import.meta.url),
    create: () => zmq(),
    address: () => "ipc://*",
    victim: async (_, address) => await startPeer({ connect: address }),
  });
});

describe("zmq within a process", () => {
  conform(it, {
    name: "zmq-inproc",
    record: new URL("conformance/zmq-inproc.json", import.meta.url),
    create: () => zmq(),
    address: () => "inproc://*",
    victim: async (_, address) => await sayHello(address),
  });
});
