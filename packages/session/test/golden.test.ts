import { describe, expect, it } from "vitest";
import { createCborCodec } from "../src/codec.ts";
import { scan } from "../src/guard.ts";
import { DEFAULT_LIMITS } from "../src/index.ts";
import { Control, ENTRY_LENGTH, Entry, Tag } from "../src/message.ts";
import { Packer } from "../src/packer.ts";
import { withBuiltInErrors } from "../src/remote-error.ts";
import { Unpacker } from "../src/unpacker.ts";
import { acceptedForms, goldenMessages, goldenValues } from "./golden.ts";

const codec = createCborCodec();

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Reads the one value of an array of one. */
function read(hex: string, frame?: Uint8Array): unknown {
  const bytes = fromHex(`81${hex}`);
  const { message } = codec.decode(bytes, DEFAULT_LIMITS);
  const frames = frame ? [bytes, frame] : [bytes];
  const signals = (_: number, aborted: boolean): AbortSignal =>
    aborted ? AbortSignal.abort() : new AbortController().signal;
  return new Unpacker(frames, withBuiltInErrors()).unpack(message[0], signals);
}

/** Writes a value as the only one in an array, and returns its own bytes. */
function write(value: unknown): { hex: string; frames: readonly Uint8Array[] } {
  const packer = new Packer({ limits: DEFAULT_LIMITS, showStack: false });
  const packed = packer.packArguments("", [value]);
  packer.frames.forEach((frame, index) => {
    frame.place(index + 1);
  });
  return { hex: toHex(codec.encode(packed)).slice(2), frames: packer.frames.map(({ bytes }) => bytes) };
}

function comparable(value: unknown): unknown {
  if (value instanceof AbortSignal) return { aborted: value.aborted };
  if (value instanceof Error) return { name: value.name, message: value.message };
  return value;
}

describe("golden values", () => {
  it.each(goldenValues)("$source is written as $hex", ({ value, hex, frame }) => {
    expect(write(value)).toStrictEqual({ hex, frames: frame ? [frame] : [] });
  });

  it.each(goldenValues)("$source is read from $hex", ({ value, hex, frame }) => {
    expect(comparable(read(hex, frame))).toStrictEqual(comparable(value));
  });

  it.each(acceptedForms)("$what is accepted", ({ hex, value }) => {
    expect(read(hex)).toStrictEqual(value);
  });

  it("have all of the session's tags among them", () => {
    const tags = goldenValues.map(({ hex }) => (hex.startsWith("d9") ? Number.parseInt(hex.slice(2, 6), 16) : 0));
    expect(tags).toStrictEqual(expect.arrayContaining(Object.values(Tag)));
  });
});

describe("golden messages", () => {
  it.each(goldenMessages)("$message is written and read as $hex", ({ message, hex }) => {
    expect(toHex(codec.encode(message))).toBe(hex);
    expect(scan(fromHex(hex), DEFAULT_LIMITS)).toBe(false);
    expect(codec.decode(fromHex(hex), DEFAULT_LIMITS).message).toStrictEqual(message);
  });

  it("have every kind of control message and of entry among them, with the right length", () => {
    const controls = goldenMessages.flatMap(({ message: [first, kind] }) => (first === 0 ? [kind] : []));
    expect(controls.sort()).toStrictEqual(Object.values(Control).sort());
    const entries = goldenMessages.flatMap(({ message: [first, , ...fields] }) => (first === 0 ? [] : [fields]));
    expect(entries.map(([kind]) => kind).sort()).toStrictEqual(Object.values(Entry).sort());
    for (const fields of entries) expect(ENTRY_LENGTH[Number(fields[0])]).toBe(fields.length);
  });
});
