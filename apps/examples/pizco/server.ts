/**
 * Serves a MultiplyBy: `node server.js [--address tcp://127.0.0.1:8000] [--factor 2]`.
 *
 * It stops on Ctrl-C, or when the process that started it goes away.
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { serve } from "@fourwire/proxy";
import { zmq } from "@fourwire/transport-zmq";
import { MultiplyBy } from "./multiply-by.ts";

const { values } = parseArgs({
  options: {
    address: { type: "string", default: "tcp://127.0.0.1:0" },
    factor: { type: "string", default: "2" },
  },
});
const factor = Number(values.factor);
if (!Number.isFinite(factor)) throw new TypeError(`--factor is ${values.factor}; expected a number`);

const server = await serve(new MultiplyBy(factor), values.address, { transport: zmq() });
console.log(`server: process ${process.pid} serves a MultiplyBy at ${server.address}`);

// Started by the demo, the server tells it the address and ends with it.
process.send?.({ address: server.address });
process.once("disconnect", () => void server.close());
process.once("SIGINT", () => void server.close());
process.once("SIGTERM", () => void server.close());
