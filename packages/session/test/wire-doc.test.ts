import { describe, expect, it } from "vitest";
import { MAX_BIGINT_BYTES, MAX_LONG_BIGINTS } from "../src/guard.ts";
import { DEFAULT_CALL_TIMEOUT_MS, DEFAULT_HEARTBEAT, DEFAULT_LIMITS, FRAME_BYTES } from "../src/index.ts";
import { DEFAULT_HANDSHAKE_TIMEOUT_MS } from "../src/limits.ts";
import { Control, ENTRY_LENGTH, Entry, PROTOCOL_VERSION, Tag } from "../src/message.ts";
import { BYE_CODES } from "../src/opening.ts";
import { TYPED_ARRAY_TAGS, typedArrayOf } from "../src/typed-array.ts";
import { goldenMessages, goldenProofs, goldenValues } from "./golden.ts";
import { readPage, tablesOf } from "./markdown.ts";
import { overhearOpenings } from "./overhear.ts";

const page = readPage("wire/native.md");

function table(heading: string, index = 0): readonly (readonly string[])[] {
  const found = tablesOf(page, heading)[index];
  if (!found) throw new Error(`Section "${heading}" has no table ${index}`);
  return found;
}

function column(heading: string, index: number): readonly (string | undefined)[] {
  return table(heading).map((row) => row[index]);
}

/** Numbers by name, as the tables have them: kind, then name. */
function byName(rows: readonly (readonly string[])[]): Record<string, number> {
  return Object.fromEntries(rows.map(([number, name]) => [String(name), Number(number)]));
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

describe("docs/wire/native.md", () => {
  it("has the code's control messages", () => {
    expect(byName(table("Control messages"))).toStrictEqual(Control);
  });

  it("has the code's entries, with their lengths and shapes", () => {
    expect(byName(table("Entries"))).toStrictEqual(Entry);
    for (const [kind, , length, shape] of table("Entries")) {
      expect(Number(length)).toBe(ENTRY_LENGTH[Number(kind)]);
      expect(shape?.split(",")).toHaveLength(Number(length));
      expect(shape?.startsWith(`${kind},`)).toBe(true);
    }
  });

  it("has the fields of the opening messages", async () => {
    const overheard = await overhearOpenings();
    for (const name of ["HELLO", "CHALLENGE", "PROOF", "WELCOME"] as const) {
      const described = table("The opening").flatMap(([field, places]) => (places?.includes(name) ? [field] : []));
      expect(described, name).toStrictEqual([...(overheard.get(Control[name]) ?? [])]);
    }
    expect(table("The opening")[0]?.[2]).toBe(String(PROTOCOL_VERSION));
  });

  it("has the limits and their defaults", () => {
    // What an end keeps for itself is its own affair.
    const { maxQueuedBytes: _, streamItems: __, streamBytes: ___, maxReferences: ____, ...shared } = DEFAULT_LIMITS;
    const rows = table("Limits").map(([name, value]) => [name, Number(value)]);
    expect(Object.fromEntries(rows)).toStrictEqual(shared);
    expect(page).toContain(`One Set has at most ${MAX_LONG_BIGINTS} members, and one Map ${MAX_LONG_BIGINTS} keys,`);
  });

  it("has the times", () => {
    expect(column("Timing", 1).map(Number)).toStrictEqual([
      DEFAULT_HEARTBEAT.intervalMs,
      DEFAULT_HEARTBEAT.windowMs,
      DEFAULT_CALL_TIMEOUT_MS,
      DEFAULT_HANDSHAKE_TIMEOUT_MS,
    ]);
  });

  it("has the codes of goodbyes", () => {
    expect(column("Goodbyes", 0)).toStrictEqual([...BYE_CODES]);
  });

  it("has the tags of typed arrays", () => {
    expect(column("Typed arrays", 0).map(Number)).toStrictEqual(TYPED_ARRAY_TAGS);
    for (const [tag, name] of table("Typed arrays")) {
      expect(typedArrayOf(Number(tag), new Uint8Array(8))?.constructor.name).toBe(name);
    }
  });

  it("has the session's own tags", () => {
    expect(byName(table("Tags of the session"))).toStrictEqual(Tag);
  });

  it("has the bytes of values, which are tested to be right", () => {
    const rows = table("Values").map(([, , source, hex, json]) => ({ source, hex, json }));
    expect(rows).toStrictEqual(goldenValues.map(({ source, hex, json }) => ({ source, hex, json })));
    expect(page).toContain(`bytes below ${FRAME_BYTES} |`);
    expect(page).toContain(`at most ${MAX_BIGINT_BYTES} bytes |`);
  });

  it("has a conversation, whose bytes are tested to be right", () => {
    const rows = table("A conversation").map(([, message, hex]) => ({ message, hex }));
    const golden = goldenMessages.slice(0, rows.length);
    expect(rows.map(({ hex }) => hex)).toStrictEqual(golden.map(({ hex }) => hex));
    for (const [index, { message }] of rows.entries()) {
      const shown = String(message)
        .replaceAll(/([a-zA-Z]+):/g, '"$1":')
        .replaceAll(/h'([\da-f]*)'/g, '{"h":"$1"}');
      const parsed: unknown = JSON.parse(shown, (_, value) => (value?.h ? fromHex(value.h) : value));
      expect(parsed).toStrictEqual(golden[index]?.message);
    }
  });

  it("has proofs to check against, which are tested to be right", () => {
    const { key, secret, clientNonce, serverNonce, hello, proofs, code } = goldenProofs;
    const bytes = [secret, clientNonce, serverNonce].map((each) => Buffer.from(each).toString("hex"));
    const shown = [key, ...bytes, hello, ...proofs.map(({ hex }) => hex), code];
    expect(column("Proofs to check against", 1)).toStrictEqual(shown);
    expect(column("Proofs to check against", 0).slice(5, -1)).toStrictEqual(proofs.map(({ purpose }) => purpose));
    expect(column("Proofs", 0)).toStrictEqual(proofs.map(({ purpose }) => purpose));
  });
});
