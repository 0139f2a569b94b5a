/**
 * Opening a bus.
 *
 * @module
 */

import { Bus } from "./bus.ts";
import type { BusOptions } from "./options.ts";

/**
 * Opens a bus.
 *
 * Nothing is connected before it is used. Rejects with `UNSUPPORTED` when the
 * transport lacks what `requires` names, or with a `TypeError` for options that
 * make no sense.
 *
 * @example
 * ```ts
 * await using bus = await connectBus({ transport: withHub(zmq(), "tcp://127.0.0.1:7000") });
 * await using subscription = await bus.subscribe("news", (news) => console.log(news));
 * await bus.publish("news", "hello");
 * ```
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  return new Bus(options);
}
