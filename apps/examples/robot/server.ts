/**
 * Serves a robot: `node server.js [--address tcp://127.0.0.1:8000]`.
 *
 * It stops on Ctrl-C, or when the process that started it goes away.
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { serve } from "@fourwire/proxy";
import { zmq } from "@fourwire/transport-zmq";
import { Robot } from "./robot.ts";

const { values } = parseArgs({ options: { address: { type: "string", default: "tcp://127.0.0.1:0" } } });

const server = await serve(new Robot("Robbie"), values.address, { transport: zmq() });
console.log(`server: process ${process.pid} serves a robot at ${server.address}`);

// Started by the demo, the server tells it the address and ends with it.
process.send?.({ address: server.address });
process.once("disconnect", () => void server.close());
process.once("SIGINT", () => void server.close());
process.once("SIGTERM", () => void server.close());
