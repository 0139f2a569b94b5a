/**
 * One application, whatever carries it.
 *
 * Nothing in here depends on the transport, which is the whole point.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type App, type ContainerConfig, TRANSPORT } from "@fourwire/container";
import { Office } from "./notices.ts";
import { Caretaker, MORNING } from "./plan.ts";
import { Panel, Thermostat } from "./thermostat.ts";
import { FORECAST, WeatherStation } from "./weather.ts";

/** What the application has: live objects, a bus, a state, workers; and a hub, for transports without topics and queues. */
export const application: ContainerConfig = {
  proxy: {
    serve: { thermostat: { token: Thermostat } },
    connect: { thermostat: { to: "thermostat" } },
  },
  bus: {},
  hub: { serve: {} },
  state: { serve: { namespaces: { default: { initial: { ...MORNING } } } }, connect: {} },
  spawner: {
    workers: { weather: {} },
    serve: { allow: [fileURLToPath(FORECAST)] },
    attach: { office: {} },
  },
};

/**
 * Has every part of the application do its work. Returns what it has to say, and
 * rejects when something is not as it should be.
 */
export async function check(app: App): Promise<string> {
  const panel = app.resolve(Panel);
  assert.equal(await panel.warm(1.5), 21.5);
  assert.equal(await panel.confuse(), "RangeError");
  const office = app.resolve(Office);
  assert.equal(await office.announce(21.5), 21.5);
  assert.equal(await office.delegate("valve 7 drips"), "valve 7 drips");
  assert.equal(await office.ask(-4), 22);
  assert.equal(await app.resolve(Caretaker).shut(22), 22);
  assert.equal(await app.resolve(WeatherStation).mean([-4, 0, 7]), 1);
  return `${app.resolve(TRANSPORT).name}: thermostat, office, caretaker and weather station agree`;
}
