/**
 * Runs the application over one transport: `node demo.js zmq`, or
 * `FOURWIRE_TRANSPORT=zmq node demo.js`; over each of them when none is named,
 * and at last as a test runs it.
 *
 * It ends with status 0 only when the application did the same everywhere. Redis
 * is the one of `FOURWIRE_REDIS_URL`, or else one of its own.
 *
 * @module
 */

import process from "node:process";
import { configure, type DriverName } from "@fourwire/container";
import { configureForTest } from "@fourwire/container/testing";
import { testServer } from "@fourwire/transport-redis/test-server";
import { application, check } from "./application.ts";

/** A further transport is one more name. */
const DRIVERS: readonly DriverName[] = ["memory", "zmq", "redis", "webSocket"];

const [named] = process.argv.slice(2);
const { FOURWIRE_TRANSPORT: chosen, FOURWIRE_REDIS_URL: url } = process.env;

if (named || chosen) {
  console.log(await run(named ? findDriver(named) : undefined));
} else {
  for (const driver of DRIVERS) console.log(await run(driver));
  console.log(`under test on ${await rehearse()}`);
}

/** Runs the application over a transport, or over that of the environment. */
async function run(transport: DriverName | undefined): Promise<string> {
  const isServerNeeded = (transport ?? chosen) === "redis" && !url;
  await using server = isServerNeeded ? testServer() : undefined;
  await using app = await configure({ ...application, transport, drivers: { redis: server && { url: server.url } } });
  return await check(app);
}

/** Runs the application as a test does: on memory, with messages that are late. */
async function rehearse(): Promise<string> {
  await using app = await configureForTest(application, { faults: { seed: 7, delayMs: [0, 5] } });
  return await check(app);
}

/** Finds the driver that an argument names. */
function findDriver(name: string): DriverName {
  const found = DRIVERS.find((driver) => driver === name);
  if (!found) throw new TypeError(`"${name}" is none of ${DRIVERS.join(", ")}`);
  return found;
}
