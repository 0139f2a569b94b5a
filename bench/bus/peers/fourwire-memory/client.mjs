// @ts-check
import { memory } from "@fourwire/transport/memory";
import { connectTo, serveBus } from "../../working.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const transport = memory({ maxQueuedBytes: 1024 ** 3 });
  const end = await serveBus(transport);
  return await connectTo(transport, end);
}
