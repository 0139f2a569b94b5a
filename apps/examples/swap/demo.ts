/**
 * Runs the application over one transport: `node demo.js zmq`, or
 * `FOURWIRE_TRANSPORT=zmq node demo.js`; over each of them when none is named.
 *
 * It ends with status 0 only when the application did the same everywhere.
 *
 * @module
 */

import process from "node:process";
import type { DriverName } from "@fourwire/container";
import { run } from "./application.ts";

/** A further transport is one more name. */
const DRIVERS: readonly DriverName[] = ["memory", "zmq", "webSocket"];

const [named] = process.argv.slice(2);
const isNamed = named !== undefined || Boolean(process.env.FOURWIRE_TRANSPORT);

for (const driver of isNamed ? [findDriver(named)] : DRIVERS) console.log(await run(driver));

/** Finds the driver that an argument names; without an argument the environment names it. */
function findDriver(name: string | undefined): DriverName | undefined {
  const found = DRIVERS.find((driver) => driver === name);
  if (name !== undefined && !found) throw new TypeError(`"${name}" is none of ${DRIVERS.join(", ")}`);
  return found;
}
