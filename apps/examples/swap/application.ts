/**
 * One application, whatever carries it.
 *
 * Nothing in here depends on the transport, which is the whole point.
 *
 * @module
 */

import assert from "node:assert/strict";
import { configure, type DriverName, serverToken, TRANSPORT } from "@fourwire/container";
import { Panel, Thermostat } from "./thermostat.ts";

/**
 * Runs the application over a transport, given by its driver's name; over that
 * of `FOURWIRE_TRANSPORT` when none is given. Returns what it has to say, and
 * rejects when something is not as it should be.
 */
export async function run(transport: DriverName | undefined): Promise<string> {
  await using app = await configure({
    transport,
    proxy: {
      serve: { thermostat: { token: Thermostat } },
      connect: { thermostat: { to: "thermostat" } },
    },
  });
  const panel = app.resolve(Panel);
  assert.equal(await panel.warm(1.5), 21.5);
  assert.equal(await panel.confuse(), "RangeError");
  const { address } = app.resolve(serverToken("thermostat"));
  return `${app.resolve(TRANSPORT).name} at ${address}: 20 + 1.5 = 21.5, and nonsense is refused`;
}
