/**
 * Bakes cookies for another process, which waits for each of them in a state
 * that both share: `node demo.js --cookies 5`. It checks itself by its exit code.
 *
 * @module
 */

import assert from "node:assert/strict";
import process from "node:process";
import { parseArgs } from "node:util";
import { createContext } from "@fourwire/state/processes";
import { zmq } from "@fourwire/transport-zmq";
import { eater, type Jar } from "./eater.ts";

const { values } = parseArgs({ options: { cookies: { type: "string", default: "5" } } });
const cookies = Number(values.cookies);

await using context = await createContext<Jar>({ transport: zmq(), initial: { baked: 0, eaten: 0 } });
const { state: jar } = context;
const hungry = await context.spawn(eater, { props: cookies });
const ended = hungry.wait();
for (let baked = 1; baked <= cookies; baked += 1) {
  console.log(`baker: process ${process.pid} bakes cookie ${baked}`);
  await jar.increment("baked");
  // An eater that fails says so here, and nobody waits for it in vain.
  await Promise.race([jar.until(({ eaten }) => eaten >= baked, { keys: ["eaten"], timeoutMs: 10_000 }), ended]);
}
await ended;
assert.deepEqual(await jar.get("eaten"), cookies);
console.log(`jar: ${cookies} cookies baked and eaten, none missed and none eaten twice`);
