/**
 * The program of a daemon.
 *
 * @module
 */

import { createWriteStream } from "node:fs";
import process from "node:process";
import { text } from "node:stream/consumers";
import { buildTransport } from "./build-transport.ts";
import type { DaemonOrders } from "./daemon.ts";
import { serveProcess } from "./serve-process.ts";
import { ANSWER_FD } from "./start-process.ts";

// Written by whoever started this process, over a pipe that nobody else has.
const orders: DaemonOrders = JSON.parse(await text(process.stdin));
const { recipe, ...options } = orders;
const served = await serveProcess({
  ...options,
  transport: await buildTransport(recipe, options.base),
  onStop: () => void served.close().then(() => process.exit()),
});
createWriteStream("", { fd: ANSWER_FD }).end(JSON.stringify(served.address));
