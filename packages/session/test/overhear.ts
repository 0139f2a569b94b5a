/**
 * The opening messages of a session that has everything they can have.
 *
 * @module
 */

import { memory } from "@fourwire/transport/memory";
import { CONTROL } from "../src/message.ts";
import { converse, until } from "./fixture.ts";
import { tap } from "./tap.ts";

/** Opens a session with a key and credentials, lets it come back, and returns the names of the fields by the message's kind. */
export async function overhearOpenings(): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const fields = new Map<number, Set<string>>();
  const hear = ([control, kind, content]: readonly unknown[]): void => {
    if (control !== CONTROL || typeof kind !== "number" || typeof content !== "object" || content === null) return;
    const known = fields.get(kind) ?? new Set();
    for (const name of Object.keys(content)) known.add(name);
    fields.set(kind, known);
  };
  const network = memory();
  const key = "0123456789abcdef";
  const open = { key, credentials: "a token" };
  await using conversation = await converse({
    transport: tap(network, { sent: hear, received: hear }),
    open,
    serve: { key },
  });
  network.faults.cut();
  await until(() => conversation.client.stats().resumes === 1);
  return fields;
}
