// @ts-check
import { pipe } from "@fourwire/transport/pipe";
import { startChild, stopChild } from "../child.mjs";
import { connectPrivate } from "../private-link.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const child = startChild(new URL("./server.mjs", import.meta.url));
  return await connectPrivate(pipe(child), () => stopChild(child));
}
