// @ts-check
/**
 * A process whose client is parked, without anybody to come back to, when it closes; it must then end by itself.
 *
 * It runs what `npm run build` made. Arguments: what is done before it should end.
 *
 * @module
 */

import { openSession, serveSessions } from "@fourwire/session";
import { memory } from "@fourwire/transport/memory";

const transport = memory();
const handler = { call: () => new Promise(() => undefined), notify: () => undefined };
const server = await serveSessions(transport, undefined, () => handler);
const client = await openSession(transport, server.address);
const pending = client.call("never", [], { timeoutMs: 600_000 }).catch((error) => error.code);
transport.faults.set({ refusal: 1 });
transport.faults.cut();
for await (const { state } of client.states()) if (state === "parked") break;
if (process.argv[2] === "client") await client.close();
// The server's end is parked for 30 s, which is no reason for a process to go on.
process.stdout.write(`${client.state.state}\n`);
await pending;
