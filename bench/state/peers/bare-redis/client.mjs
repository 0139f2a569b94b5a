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
  return {
    call: undefined,
    get: (turn) => client.get(names[turn % KEYS] ?? ""),
    set: (turn) => client.set(names[turn % KEYS] ?? "", turn),
    getBeside: undefined,
    setBeside: undefined,
    wake: undefined,
    fanOut: undefined,
    close: async () => client.disconnect(),
  };
}
