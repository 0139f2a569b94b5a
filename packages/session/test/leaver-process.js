// @ts-check
/**
 * A process that talks to itself over the transport named by its argument, closes everything, and must then end by itself.
 *
 * It runs what `npm run build` made.
 *
 * @module
 */

import { openSession, serveSessions } from "@fourwire/session";
import { messagePortPair, pipePair } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";

const [, , name, what, url] = process.argv;
const pairs = { pipe: pipePair, "message port": messagePortPair };
const transports = { memory, zmq, webSocket, ...pairs, redis: () => redis({ url }) };
const transport = transports[name]();
const never = () => new Promise(() => undefined);
/** @type {import("@fourwire/session").Handler} */
const handler = { call: (target, args) => (target === "never" ? never() : args[0]), notify: () => undefined };

const server = await serveSessions(transport, undefined, () => handler);
const client = await openSession(transport, server.address);
const pending = client
  .call("never", [new AbortController().signal], { timeoutMs: 600_000 })
  .catch((error) => error.code);
const answer = await client.call("echo", ["answered"]);
await client.ping();
client.notify("echo", [new Uint8Array(100_000)]);
await client.close();
await server.close();
if (what === "everything") await transport.close();
process.stdout.write(`${answer} ${await pending}\n`);
