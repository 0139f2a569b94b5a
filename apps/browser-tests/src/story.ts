/**
 * What a page does with an object on Node; a worker does the same.
 *
 * @module
 */

import { connect, set } from "@fourwire/proxy";
import type { Transport } from "@fourwire/transport";
import { webSocket } from "@fourwire/transport-ws";
import type { Robot } from "./robot.ts";

/** What became of each step. */
export interface Outcome {
  readonly sum: number;
  readonly angle: number;
  readonly heard: readonly number[];
  readonly answer: string;
  readonly counted: readonly number[];
  readonly streamed: number;
  readonly bytes: number;
}

const MANY_BYTES = 3_000_000;

/** Connects and uses a member of every kind, once. */
export async function tellStory(address: string, transport: Transport = webSocket()): Promise<Outcome> {
  const robot = await connect<Robot>(address, { transport });
  const heard: number[] = [];
  const turned = new Promise<void>((resolve) => {
    void robot.turned.connect((angle) => {
      heard.push(angle);
      if (angle === 90) resolve();
    });
  });
  const sum = await robot.add(2, 3);
  await set(robot, "angle", 45);
  await set(robot, "angle", 90);
  await turned;
  const counted: number[] = [];
  for await (const count of await robot.countTo(5)) counted.push(count);
  const outcome = {
    sum,
    angle: await robot.angle,
    heard,
    answer: await robot.ask(async (word) => `${word} yes`),
    counted,
    streamed: await robot.sum(upTo(100)),
    bytes: await robot.size(new Uint8Array(MANY_BYTES)),
  };
  await robot[Symbol.asyncDispose]();
  await transport.close();
  return outcome;
}

async function* upTo(limit: number): AsyncGenerator<number> {
  for (let value = 1; value <= limit; value += 1) yield value;
}
