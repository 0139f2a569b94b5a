/**
 * One bus for a whole process, as PyMQ has it.
 *
 * What is subscribed and exposed here is kept: it may be so before `init`, and
 * it is again after `shutdown` and another `init`. Programs with more than one
 * part are better off with a bus that they pass around.
 *
 * @module
 */

import type { Bus } from "./bus.ts";
import type { RpcAnswer } from "./call-options.ts";
import { connectBus } from "./connect-bus.ts";
import { BusError } from "./errors.ts";
import type { EventDefinition } from "./event.ts";
import type { EventSource } from "./event-source.ts";
import type { Published, PublishOptions } from "./events.ts";
import type { ExposeOptions } from "./exposure.ts";
import { type AnyFunction, nameOf } from "./method-names.ts";
import type { BusOptions } from "./options.ts";
import type { BusQueue, QueueOptions } from "./queue.ts";
import { Registrations } from "./registrations.ts";
import type { RemoteArguments, RemoteValue, Stub, UntypedFunction } from "./stub.ts";
import type { BusSubscribeOptions, EventHandler } from "./subscription.ts";

/** The one bus, and what is registered with it. */
const registrations: Registrations = new Registrations();

/**
 * Opens the bus and makes all registrations. Rejects with `DUPLICATE` when it is
 * open already: it would have to be closed first.
 */
export async function init(options: BusOptions): Promise<Bus> {
  return await registrations.open(() => connectBus(options));
}

/** Closes the bus. Registrations are kept for the next `init`. Does nothing when it is not open. */
export async function shutdown(): Promise<void> {
  await registrations.shut();
}

/** Publishes data on an event's channel, as `Bus.publish`. Rejects with `CLOSED` before `init`. */
export async function publish<Input>(
  event: EventDefinition<Input, unknown> | string,
  data: Input,
  options?: PublishOptions,
): Promise<Published> {
  return await (typeof event === "string" ? bus().publish(event, data, options) : bus().publish(event, data, options));
}

/** Subscribes as `Bus.subscribe` with a handler, now or with the next `init`; the returned function undoes it. */
export async function subscribe<Output>(
  source: EventSource<Output>,
  handler: EventHandler<Output>,
  options?: BusSubscribeOptions,
): Promise<() => Promise<void>> {
  return await registrations.add((present) => present.subscribe(source, handler, options), handler);
}

/** Serves a function as `Bus.expose`, now or with the next `init`; the returned function undoes it. */
export async function expose(
  fn: AnyFunction,
  name: string = nameOf(fn),
  options?: ExposeOptions,
): Promise<() => Promise<void>> {
  return await registrations.add((present) => present.expose(name, fn, options), fn, name);
}

/** Undoes a registration, by its handler, its function or its name. Does nothing for one that is none. */
export async function remove(target: string | AnyFunction): Promise<void> {
  await registrations.remove(target);
}

/** Takes a queue in the hand. Throws `CLOSED` before `init`. */
export function queue<Value = unknown>(name: string, options?: QueueOptions<Value>): BusQueue<Value> {
  return bus().queue(name, options);
}

/** Calls a function at all its servers, as `Bus.rpc`. Rejects with `CLOSED` before `init`. */
export async function rpc<Fn extends AnyFunction = UntypedFunction>(
  name: string,
  ...args: RemoteArguments<Fn>
): Promise<readonly RpcAnswer<RemoteValue<Fn>>[]> {
  return await bus().rpc<Fn>(name, ...args);
}

/** Makes a remote function, as `Bus.stub`. Throws `CLOSED` before `init`. */
export function stub<Fn extends AnyFunction = UntypedFunction>(name: string): Stub<Fn> {
  return bus().stub<Fn>(name);
}

/** Returns the bus that is open. Throws `CLOSED` when none is. */
export function bus(): Bus {
  const { current } = registrations;
  if (current) return current;
  throw new BusError("CLOSED", "The global bus is not open; call init first");
}
