// @ts-check
/**
 * A state and a proxy beside it, over any transport.
 *
 * @module
 */

import { connect as connectProxy, serve } from "@fourwire/proxy";
import { connectState, serveState } from "@fourwire/state";
import { Calculator } from "../../rpc/peers/calculator.mjs";
import { counted } from "../counted.mjs";

/**
 * @typedef {import("@fourwire/transport").Transport} Transport
 * @typedef {Record<string, number>} Numbers
 */

const KEYS = 10;
const names = Array.from({ length: KEYS }, (_, index) => `key-${index}`);
const ten = Object.fromEntries(names.map((name, index) => [name, index]));
const LARGE = "x".repeat(1_000_000);

/**
 * Serves a state of ten keys, another one that also has 1 MB, and a calculator.
 *
 * @param {Transport} transport
 * @param {string} [address] where both listen; without it, at what the transport draws
 * @returns {Promise<import("../../harness.mjs").RunningServer>}
 */
export async function serveBoth(transport, address) {
  const [alone, beside] = [{ initial: ten }, { initial: { ...ten, large: LARGE } }];
  // Those that are weighed have names of one length, and nobody else changes them: numbers grow on the wire.
  const namespaces = { default: alone, beside, weighed: alone, crowded: beside };
  const state = await serveState({ transport, ...(address && { address }), namespaces });
  const proxy = await serve(new Calculator(), address, { transport });
  return {
    address: JSON.stringify([state.address, proxy.address]),
    close: async () => {
      await proxy[Symbol.asyncDispose]();
      await state.close();
      await transport.close();
    },
  };
}

/**
 * @param {Transport} transport
 * @param {string} addresses
 * @returns {Promise<import("../peers.mjs").Connection>}
 */
export async function connectBoth(transport, addresses) {
  /** @type {[string, string]} */
  const [address, calculatorAddress] = JSON.parse(addresses);
  const state = await join(transport, address);
  /** @type {import("@fourwire/state").State<Numbers>} */
  const beside = await state.open("beside");
  /** @type {unknown} */
  const remote = await connectProxy(calculatorAddress, { transport });
  const calculator = /** @type {import("@fourwire/proxy").Remote<Calculator> & AsyncDisposable} */ (remote);
  return {
    call: (turn) => calculator.add(turn, 1),
    ...requests(state),
    getBeside: requests(beside).get,
    setBeside: requests(beside).set,
    wake: () => startWaker(transport, address),
    fanOut: (watchers) => startFan(transport, address, "default", watchers),
    fanOutBeside: (watchers) => startFan(transport, address, "beside", watchers),
    bytes: () => startScale(transport, address, "weighed"),
    bytesBeside: () => startScale(transport, address, "crowded"),
    close: async () => {
      await calculator[Symbol.asyncDispose]();
      await state.close();
      await transport.close();
    },
  };
}

/**
 * @param {Transport} transport
 * @param {string} address
 * @param {string} [namespace]
 * @returns {Promise<import("@fourwire/state").State<Numbers>>}
 */
function join(transport, address, namespace = "default") {
  return connectState(address, { transport, namespace });
}

/** @param {import("@fourwire/state").State<Numbers>} state */
function requests(state) {
  return {
    /** @param {number} turn */
    get: (turn) => state.get(names[turn % KEYS] ?? ""),
    /** @param {number} turn */
    set: (turn) => state.set(names[turn % KEYS] ?? "", turn),
  };
}

/**
 * @param {Transport} transport
 * @param {string} address
 * @returns {Promise<import("../peers.mjs").Waker>}
 */
async function startWaker(transport, address) {
  const [waiter, writer] = [await join(transport, address), await join(transport, address)];
  let turn = 0;
  return {
    time: async () => {
      turn += 1;
      const waiting = waiter.nextChange({ keys: ["wake"] });
      // Answered once the authority knows who waits.
      await waiter.head();
      const startedAt = performance.now();
      const written = writer.set("wake", turn);
      await waiting;
      const elapsedMs = performance.now() - startedAt;
      await written;
      return elapsedMs;
    },
    close: async () => {
      await waiter.close();
      await writer.close();
    },
  };
}

/**
 * @param {Transport} transport
 * @param {string} address
 * @param {string} namespace
 * @param {number} count
 * @returns {Promise<import("../peers.mjs").Fan>}
 */
async function startFan(transport, address, namespace, count) {
  const writer = await join(transport, address, namespace);
  const clients = await Promise.all(Array.from({ length: count }, () => join(transport, address, namespace)));
  let last = (await writer.head()).revision;
  const watches = clients.map((client) => client.changes({ keys: ["fan"], from: last, overflow: "error" }));
  return {
    run: async (changes) => {
      const until = last + changes;
      const reading = watches.map(async (watch) => {
        let revision = 0;
        while (revision < until) {
          const next = await watch.next();
          if (next.done) throw new Error("bench: a watch ended");
          revision = next.value.revision;
        }
      });
      const writing = Array.from({ length: changes }, (_, index) => writer.set("fan", last + index));
      await Promise.all([...writing, ...reading]);
      last = until;
    },
    close: async () => {
      await Promise.all(watches.map((watch) => watch.return?.()));
      await Promise.all([writer, ...clients].map((client) => client.close()));
    },
  };
}

/**
 * Weighs a read, a write, and the change that a watcher of the key gets of it.
 *
 * @param {Transport} inner
 * @param {string} address
 * @param {string} namespace
 * @returns {Promise<import("../peers.mjs").Scale>}
 */
async function startScale(inner, address, namespace) {
  const { transport, bytes } = counted(inner);
  const state = await join(transport, address, namespace);
  const watch = state.changes({ keys: ["weighed"], from: (await state.head()).revision, overflow: "error" });
  let turn = 0;
  return {
    weigh: async () => {
      const before = bytes();
      turn += 1;
      // Another value each time, of the same length.
      await state.set("weighed", 1 + (turn % 2));
      await watch.next();
      await state.get("weighed");
      return bytes() - before;
    },
    close: async () => {
      await watch.return?.();
      await state.close();
    },
  };
}
