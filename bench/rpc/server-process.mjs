// @ts-check
/**
 * Main module of a server's process: starts the peer named by the first
 * argument and lives until its parent disconnects.
 *
 * @module
 */

import { endWithParent, tellParent } from "./parent.mjs";

const [folder] = process.argv.slice(2);
/** @type {{ start(): Promise<import("./peers.mjs").RunningServer> }} */
const { start } = await import(`./peers/${folder}/server.mjs`);
/** @type {import("./peers.mjs").RunningServer | undefined} */
let server;
endWithParent(async () => server?.close());
server = await start();
tellParent({ address: server.address });
