import type { Transport } from "@fourwire/transport";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { connect, Signal, serve, set } from "../src/index.ts";
import { deferred } from "./fixture.ts";
import { transports } from "./transports.ts";

class Thermostat {
  readonly changed = new Signal<[to: number, from: number]>();
  #target = 20;

  get target(): number {
    return this.#target;
  }

  set target(to: number) {
    const from = this.#target;
    if (to > 30) throw new RangeError(`${to} degrees are too many`);
    this.#target = to;
    this.changed.emit(to, from);
  }

  async *readings(count: number): AsyncGenerator<number> {
    for (let index = 0; index < count; index += 1) yield this.#target + index;
  }

  async eachReading(count: number, take: (reading: number) => unknown): Promise<number> {
    for await (const reading of this.readings(count)) await take(reading);
    return count;
  }
}

/** What any client does with any server: reads, sets, calls, is called, listens, fails, streams. */
async function run(transport: Transport, address: string | undefined): Promise<unknown[]> {
  await using server = await serve(new Thermostat(), address, { transport });
  await using thermostat = await connect<Thermostat>(server.address, { transport });
  const change = deferred<[to: number, from: number]>();
  await thermostat.changed.connect((...values) => change.resolve(values));
  await set(thermostat, "target", 21);
  const taken: number[] = [];
  const count = await thermostat.eachReading(2, (reading) => taken.push(reading));
  const failure: unknown = await set(thermostat, "target", 40).catch((error: unknown) => error);
  const streamed: number[] = [];
  for await (const reading of await thermostat.readings(3)) streamed.push(reading);
  return [await thermostat.target, await change.promise, count, taken, failure, streamed];
}

const schemes = ["ipc://*", "inproc://*"].map((address) => ({ name: `zmq ${address}`, create: () => zmq(), address }));
const everywhere = [...transports.map(({ name, create }) => ({ name, create, address: undefined })), ...schemes];

describe("the same program", () => {
  it.each(everywhere)("does the same over $name [pizco-21]", async ({ create, address }) => {
    const transport = create();
    try {
      expect(await run(transport, address)).toStrictEqual([
        21,
        [21, 20],
        2,
        [21, 22],
        new RangeError("40 degrees are too many"),
        [21, 22, 23],
      ]);
    } finally {
      await transport.close();
    }
  });
});
