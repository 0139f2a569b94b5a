/**
 * A transport of pino's that sends records to a collector elsewhere:
 * `pino({ transport: { target: "@fourwire/spawner/pino", options } })`.
 *
 * @module
 */

import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import type { Recipe } from "@fourwire/transport";
import { buildTransport } from "./build-transport.ts";
import { workingDirectory } from "./host-root.ts";
import { MAX_RECORD, splitLines } from "./line-splitter.ts";
import { type SendLogsOptions, sendLogs } from "./send-logs.ts";

/** Where the records go; plain data, as pino runs its transports in a thread of their own. */
export interface PinoTransportOptions extends Pick<SendLogsOptions, "key" | "level" | "maxRecords" | "name"> {
  /** The address of the collector. */
  readonly address: string;
  /** What the collector is reached over: `recipe` of the transport. */
  readonly transport: Recipe;
}

/** Connects to a collector and gives the stream that pino writes to. Rejects as `sendLogs` does. */
// biome-ignore lint/style/noDefaultExport: Pino takes the default export of the module that it is told.
export default async function createPinoTransport(options: PinoTransportOptions): Promise<Writable> {
  const { address, transport: recipe, ...rest } = options;
  const transport = await buildTransport(recipe, workingDirectory());
  const sender = await sendLogs(address, { ...rest, transport });
  const end = async (): Promise<void> => {
    await sender.close();
    await transport.close();
  };
  const text = new PassThrough();
  splitLines(text, (line) => sender.write(line), MAX_RECORD);
  const read = once(text, "end").then(end);
  return new Writable({
    write: (chunk: Uint8Array, _encoding, done) => void text.write(chunk, done),
    final(done) {
      text.end();
      read.then(() => done(), done);
    },
  });
}
