/**
 * Bakes cookies for another process, which waits for each of them in a state
 * that both share: `node demo.js --cookies 5`. It checks itself by its exit code.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { parseArgs } from "node:util";
import { connectState, serveState } from "@fourwire/state";
import { zmq } from "@fourwire/transport-zmq";
import type { Jar } from "./cookies.ts";

const { values } = parseArgs({ options: { cookies: { type: "string", default: "5" } } });
const cookies = Number(values.cookies);

const transport = zmq();
await using server = await serveState({
  transport,
  address: "tcp://127.0.0.1:0",
  namespaces: { default: { initial: { baked: 0, eaten: 0 } } },
});
await using jar = await connectState<Jar>(server.address, { transport, name: "baker" });

const eater = fork(new URL("eater.js", import.meta.url), [server.address, String(cookies)]);
const ended = once(eater, "exit");
for (let baked = 1; baked <= cookies; baked += 1) {
  console.log(`baker: process ${process.pid} bakes cookie ${baked}`);
  await jar.increment("baked");
  await Promise.race([
    jar.until(({ eaten }) => (eaten ?? 0) >= baked, { keys: ["eaten"], timeoutMs: 10_000 }),
    ended.then(([status]) => assert.equal(status, 0)),
  ]);
}
const [status]: unknown[] = await ended;
assert.equal(status, 0);
assert.deepEqual(await jar.get("eaten"), cookies);
console.log(`jar: ${cookies} cookies baked and eaten, none missed and none eaten twice`);
