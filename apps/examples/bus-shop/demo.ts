/**
 * Places orders and sees them billed and shipped: `node demo.js --transport memory,zmq,ws,redis --orders 20`.
 *
 * It runs over one transport after the other: over memory all parts run in this process, elsewhere each in one of its
 * own, two of them billing. It checks itself by its exit code.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { type Bus, connectBus } from "@fourwire/bus";
import { type Medium, mediumOf } from "./media.ts";
import { OrderBilled, OrderPlaced, OrderShipped, parcels, type Role, roles } from "./shop.ts";

const { values } = parseArgs({
  options: { transport: { type: "string", default: "memory,zmq,ws" }, orders: { type: "string", default: "20" } },
});
const staff: readonly Role[] = ["bank", "billing", "billing", "shipping"];

for (const name of values.transport.split(",")) await open(name);

/** Opens the shop over one transport, and closes it when everything is sold. */
async function open(name: string): Promise<void> {
  await using medium = await mediumOf(name).open();
  await using team = await start(medium, name);
  await using transport = medium.join();
  await using bus = await connectBus({ transport, name: "counter", requires: ["events", "rpc", "queues"] });
  await sell(bus, Number(values.orders));
  console.log(`shop: ${values.orders} orders over ${name}, with ${team.size} further processes`);
}

async function sell(bus: Bus, count: number): Promise<void> {
  const billed: string[] = [];
  await bus.subscribe(OrderBilled, ({ id }) => billed.push(id));
  const shipped = await bus.subscribe(OrderShipped);
  const ids = Array.from({ length: count }, (_, index) => `order-${index}`);
  for (const id of ids) await bus.publish(OrderPlaced, { id, total: 9.5 }, { requireReceiver: true });
  const arrived = new Set<string>();
  for await (const { event } of shipped) {
    arrived.add(event.id);
    if (arrived.size === count) break;
  }
  await parcels(bus).join({ timeoutMs: 10_000 });
  assert.deepEqual([...arrived].sort(), [...ids].sort());
  // One process billed each of them, though two could have.
  assert.deepEqual([...billed].sort(), [...ids].sort());
  assert.deepEqual(await parcels(bus).size(), { ready: 0, delayed: 0, leased: 0, dead: 0 });
}

/** Starts the parts of the shop; disposing them ends them. */
async function start(place: Medium, name: string): Promise<AsyncDisposable & { readonly size: number }> {
  const { address } = place;
  if (address === undefined) {
    const buses = await Promise.all(staff.map(() => connectBus({ transport: place.join() })));
    await Promise.all(staff.map((role, index) => buses[index] && roles[role](buses[index])));
    const end = async (): Promise<void> => void (await Promise.all(buses.map((part) => part.close())));
    return { size: 0, [Symbol.asyncDispose]: end };
  }
  const children = await Promise.all(staff.map((role) => startProcess(role, name, address)));
  const end = async (): Promise<void> => void (await Promise.all(children.map(stop)));
  return { size: children.length, [Symbol.asyncDispose]: end };
}

async function startProcess(role: Role, name: string, address: string): Promise<ChildProcess> {
  const args = [role, "--transport", name, "--address", address];
  const child = fork(new URL("role-process.js", import.meta.url), args);
  const ended = once(child, "exit").then(([status]) => Promise.reject(new Error(`${role} ended with ${status}`)));
  // Only its beginning is waited for here.
  ended.catch(() => undefined);
  await Promise.race([once(child, "message"), ended]);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}
