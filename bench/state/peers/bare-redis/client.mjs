// @ts-check
import { createRequire } from "node:module";

// The copy that `@fourwire/transport-redis` uses: the same client on both lines of the table.
const require = createRequire(new URL("../../../../packages/transport-redis/package.json", import.meta.url));
/** @type {{ Redis: new (url: string) => RedisClient }} */
const { Redis } = require("ioredis");

/**
 * @typedef {object} RedisClient
 * @property {(key: string) => Promise<unknown>} get
 * @property {(key: string, value: number) => Promise<unknown>} set
 * @property {(what: "SET", name: string, value: string) => Promise<unknown>} config
 * @property {(channel: string) => Promise<unknown>} subscribe
 * @property {(event: "message", listener: () => void) => void} on
 * @property {(event: "message", listener: () => void) => void} once
 * @property {() => void} disconnect
 */

const KEYS = 10;
const names = Array.from({ length: KEYS }, (_, index) => `key-${index}`);

/**
 * @param {string} url
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(url) {
  const client = new Redis(url);
  await Promise.all(names.map((name, index) => client.set(name, index)));
  // Keys by name, and of commands only those that set something.
  await client.config("SET", "notify-keyspace-events", "K$");
  return {
    call: undefined,
    get: (turn) => client.get(names[turn % KEYS] ?? ""),
    set: (turn) => client.set(names[turn % KEYS] ?? "", turn),
    getBeside: undefined,
    setBeside: undefined,
    wake: () => startWaker(url),
    fanOut: (watchers) => startFan(url, watchers),
    fanOutBeside: undefined,
    bytes: undefined,
    bytesBeside: undefined,
    close: async () => client.disconnect(),
  };
}

/**
 * Hears by a keyspace notification that a key was set; its value is another request.
 *
 * @param {string} url
 * @param {string} key
 * @returns {Promise<RedisClient>}
 */
async function listenTo(url, key) {
  const client = new Redis(url);
  await client.subscribe(`__keyspace@0__:${key}`);
  return client;
}

/**
 * @param {string} url
 * @returns {Promise<import("../../peers.mjs").Waker>}
 */
async function startWaker(url) {
  const [waiter, writer] = [await listenTo(url, "wake"), new Redis(url)];
  let turn = 0;
  return {
    time: async () => {
      turn += 1;
      /** @type {Promise<void>} */
      const waiting = new Promise((resolve) => waiter.once("message", resolve));
      const startedAt = performance.now();
      const written = writer.set("wake", turn);
      await waiting;
      const elapsedMs = performance.now() - startedAt;
      await written;
      return elapsedMs;
    },
    close: async () => {
      waiter.disconnect();
      writer.disconnect();
    },
  };
}

/**
 * @param {string} url
 * @param {number} count
 * @returns {Promise<import("../../peers.mjs").Fan>}
 */
async function startFan(url, count) {
  const writer = new Redis(url);
  const watchers = await Promise.all(Array.from({ length: count }, () => listenTo(url, "fan")));
  let wanted = 0;
  let seen = 0;
  /** @type {() => void} */
  let finish = () => undefined;
  const hear = () => {
    seen += 1;
    if (seen === wanted) finish();
  };
  for (const watcher of watchers) watcher.on("message", hear);
  return {
    run: async (changes) => {
      [seen, wanted] = [0, changes * count];
      /** @type {Promise<void>} */
      const heard = new Promise((resolve) => {
        finish = resolve;
      });
      const writing = Array.from({ length: changes }, (_, index) => writer.set("fan", index));
      await Promise.all([...writing, heard]);
    },
    close: async () => {
      for (const client of [writer, ...watchers]) client.disconnect();
    },
  };
}
