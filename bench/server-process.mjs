// @ts-check
/**
 * Main module of a server's process: starts the peer whose server module the
 * first argument is the URL of, and lives until its parent disconnects.
 *
 * @module
 */

import { endWithParent, tellParent } from "./parent.mjs";

const [module = ""] = process.argv.slice(2);
/** @type {{ start(): Promise<import("./harness.mjs").RunningServer> }} */
const { start } = await import(module);
/** @type {import("./harness.mjs").RunningServer | undefined} */
let server;
endWithParent(async () => server?.close());
server = await start();
tellParent({ address: server.address });
