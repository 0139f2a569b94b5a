/**
 * Uses a MultiplyBy that another process serves: `node client.js ADDRESS`.
 *
 * It checks what it prints and ends with a status other than 0 when a line is
 * wrong or the server goes away.
 *
 * @module
 */

import assert from "node:assert/strict";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connect, set } from "@fourwire/proxy";
import { zmq } from "@fourwire/transport-zmq";
import type { MultiplyBy } from "./multiply-by.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "pause-ms": { type: "string", default: "0" } },
});
const [address = "tcp://127.0.0.1:8000"] = positionals;
const lines: string[] = [];

await using proxy = await connect<MultiplyBy>(address, { transport: zmq() });
print(`client: process ${process.pid} uses it`);

await proxy.factorChanged.connect((value, previous) => print(`The factor was changed from ${previous} to ${value}`));
const first = await proxy.factor;
await multiply();
for (const factor of [3, 4, 5]) {
  await pause(Number(values["pause-ms"]));
  await set(proxy, "factor", factor);
  await multiply();
}
assert.deepEqual(lines.slice(1), expectedLines(first));

async function multiply(): Promise<void> {
  print(`${await proxy.factor} * 8 = ${await proxy.calculate(8)}`);
}

function print(line: string): void {
  lines.push(line);
  console.log(line);
}

/** What the documentation says the program prints. */
function expectedLines(initial: number): string[] {
  const factors = [initial, 3, 4, 5];
  return factors.flatMap((factor, index) => {
    const previous = factors[index - 1];
    const product = `${factor} * 8 = ${factor * 8}`;
    if (previous === undefined || previous === factor) return [product];
    return [`The factor was changed from ${previous} to ${factor}`, product];
  });
}
