/**
 * The program of a daemon.
 *
 * @module
 */

import { createWriteStream } from "node:fs";
import process from "node:process";
import { text } from "node:stream/consumers";
import type { Transport } from "@fourwire/transport";
import type { DaemonOrders } from "./daemon.ts";
import { importModule } from "./import-module.ts";
import { serveProcess } from "./serve-process.ts";

const ANSWER_FD = 3;

// Written by whoever started this process, over a pipe that nobody else has.
const orders: DaemonOrders = JSON.parse(await text(process.stdin));
const { recipe, ...options } = orders;
const served = await serveProcess({
  ...options,
  transport: await build(recipe, options.base),
  onStop: () => void served.close().then(() => process.exit()),
});
createWriteStream("", { fd: ANSWER_FD }).end(JSON.stringify(served.address));

/** Builds the transport that the starter has, too. */
async function build(
  { module, export: name, options: given }: DaemonOrders["recipe"],
  base: string,
): Promise<Transport> {
  const factory: unknown = Reflect.get(await importModule(module, base), name);
  if (typeof factory !== "function") throw new TypeError(`"${module}" exports no function "${name}"`);
  return factory(given);
}
