/**
 * Items and entries in a file: LMDB, which survives the end of its process at any moment.
 *
 * @module
 */

import type { JournaledEntry, JournaledLog } from "@fourwire/transport";
import { copyFrames, joinFrames, splitFrames, TransportError } from "@fourwire/transport";
import { type Database, open } from "lmdb";
import type { ItemStore, StoredItem, StoredPlace, StoreWrite } from "./item-store.ts";

/**
 * The tables. An item is written once, with the place it was put to; where it
 * has moved since and how often it was taken are small records beside it.
 */
interface Tables {
  readonly items: Database<Uint8Array, string>;
  readonly places: Database<StoredPlace, string>;
  readonly deliveries: Database<number, string>;
  /** Entries of logs by log and number. */
  readonly entries: Database<Uint8Array, [log: string, number: number]>;
  readonly logs: Database<JournaledLog, string>;
  readonly lives: Database<number, string>;
}

const LIFE = "life";

/**
 * Opens a store in a file, or in a folder, which comes into being.
 *
 * One uses it at a time: whoever loads it fences off those before, also in
 * other processes of this machine, whose commits reject with `LOST`.
 */
export function lmdbStore(path: string): ItemStore {
  const root = open({ path });
  const tables: Tables = {
    items: root.openDB({ name: "items", encoding: "binary" }),
    places: root.openDB({ name: "places", encoding: "json" }),
    deliveries: root.openDB({ name: "deliveries", encoding: "ordered-binary" }),
    entries: root.openDB({ name: "entries", encoding: "binary" }),
    logs: root.openDB({ name: "logs", encoding: "json" }),
    lives: root.openDB({ name: "lives", encoding: "ordered-binary" }),
  };
  let life = 0;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= root.close();
    return closing;
  };
  return {
    load() {
      life = root.transactionSync(() => {
        const next = (tables.lives.get(LIFE) ?? 0) + 1;
        tables.lives.putSync(LIFE, next);
        return next;
      });
      const logs = [...tables.logs.getRange()].map(({ value }) => value);
      return { life, items: [...readItems(tables)], logs, entries: [...readEntries(tables)] };
    },
    async commit(writes) {
      await root.transaction(() => {
        if (tables.lives.get(LIFE) !== life) throw new TransportError("LOST", `Another hub has opened ${path}`);
        for (const write of writes) apply(tables, write);
      });
      // A commit is there for all to see; only now the disk has it.
      await root.flushed;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function* readItems({ items, places, deliveries }: Tables): Iterable<StoredItem> {
  for (const { key: id, value } of items.getRange()) {
    const [head, ...frames] = splitFrames(value);
    const place = places.get(id) ?? readPlace(head);
    // Copied, because what the range gives lies in memory that is used again.
    yield { id, place, deliveries: deliveries.get(id) ?? 0, frames: copyFrames(frames) };
  }
}

function* readEntries({ entries }: Tables): Iterable<JournaledEntry> {
  for (const { key, value } of entries.getRange()) {
    const [log, number] = key;
    const [head, ...frames] = splitFrames(value);
    const { time, key: entryKey } = readHead(head);
    yield { log, number, time, key: entryKey, frames: copyFrames(frames) };
  }
}

/** Writes within a transaction are there at once; what their promises say is what the transaction's says. */
function apply(tables: Tables, write: StoreWrite): void {
  const { items, places, deliveries, entries, logs } = tables;
  switch (write.kind) {
    case "put":
      void items.put(write.item.id, joinFrames([writePlace(write.item.place), ...write.item.frames]));
      return;
    case "take":
      void deliveries.put(write.id, write.deliveries);
      return;
    case "move":
      void places.put(write.id, write.place);
      void deliveries.put(write.id, write.deliveries);
      return;
    case "append":
      void entries.put([write.entry.log, write.entry.number], writeEntry(write.entry));
      return;
    case "trim":
      for (const number of write.numbers) void entries.remove([write.log, number]);
      return;
    case "remember":
      void logs.put(write.log.log, write.log);
      return;
    default:
      for (const table of [items, places, deliveries]) void table.remove(write.id);
  }
}

function writeEntry({ time, key, frames }: JournaledEntry): Uint8Array {
  return joinFrames([new TextEncoder().encode(JSON.stringify({ time, key })), ...frames]);
}

function readHead(head: Uint8Array | undefined): Pick<JournaledEntry, "time" | "key"> {
  return JSON.parse(new TextDecoder().decode(head));
}

function writePlace(place: StoredPlace): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(place));
}

function readPlace(head: Uint8Array | undefined): StoredPlace {
  return JSON.parse(new TextDecoder().decode(head));
}
