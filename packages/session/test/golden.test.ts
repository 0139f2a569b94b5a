import { describe, expect, it } from "vitest";
import { type Codec, createCborCodec } from "../src/codec.ts";
import { prove, readKey } from "../src/credentials.ts";
import { scan } from "../src/guard.ts";
import { DEFAULT_LIMITS } from "../src/index.ts";
import { createJsonCodec } from "../src/json-codec.ts";
import { Control, ENTRY_LENGTH, Entry, Tag } from "../src/message.ts";
import { Packer } from "../src/packer.ts";
import type { ReferencePort } from "../src/references.ts";
import { withBuiltInErrors } from "../src/remote-error.ts";
import { Seal } from "../src/seal.ts";
import { StreamKind } from "../src/streamable.ts";
import { Unpacker } from "../src/unpacker.ts";
import { acceptedForms, goldenFunction, goldenHome, goldenMessages, goldenProofs, goldenValues } from "./golden.ts";

const cbor = createCborCodec();
const json = createJsonCodec();

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Makes a stream that has nothing in it. */
function accept(id: unknown, kind: unknown): AsyncIterableIterator<unknown, undefined> | ReadableStream<unknown> {
  expect(id).toBe(1);
  return kind === StreamKind.WEB ? new ReadableStream() : empty();
}

/** Knows one thing of this end's, and one of the far end's. */
const references: ReferencePort = {
  pack: (value) => (value === goldenHome ? [3] : { kind: 1, depart: () => 1 }),
  arrive(reference, kind) {
    expect([reference, kind]).toStrictEqual([1, 1]);
    return goldenFunction;
  },
  home(reference) {
    expect(reference).toBe(3);
    return goldenHome;
  },
  released: () => undefined,
};

async function* empty(): AsyncGenerator<unknown, undefined> {
  yield* [];
}

/** Reads the one value of an array of one. */
function read(codec: Codec, bytes: Uint8Array, frame?: Uint8Array): unknown {
  const { message } = codec.decode(bytes, DEFAULT_LIMITS);
  const frames = frame ? [bytes, frame] : [bytes];
  const signals = (_: number, aborted: boolean): AbortSignal =>
    aborted ? AbortSignal.abort() : new AbortController().signal;
  return new Unpacker(frames, withBuiltInErrors(), { accept }, references).unpack(message[0], signals);
}

function readHex(hex: string, frame?: Uint8Array): unknown {
  return read(cbor, fromHex(`81${hex}`), frame);
}

/** Writes a value as the only one in an array. */
function write(codec: Codec, value: unknown): { bytes: Uint8Array; frames: readonly Uint8Array[] } {
  const packer = new Packer({ limits: DEFAULT_LIMITS, showStack: false, codec, references });
  const packed = packer.packArguments("", [value]);
  packer.frames.forEach((frame, index) => {
    frame.place(index + 1);
  });
  packer.streams.forEach((stream, index) => {
    stream.place(index + 1);
  });
  for (const reference of packer.references) reference.place();
  return { bytes: codec.encode(packed), frames: packer.frames.map(({ bytes }) => bytes) };
}

function comparable(value: unknown): unknown {
  if (value instanceof AbortSignal) return { aborted: value.aborted };
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof ReadableStream) return "a web stream";
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value ? "an async iterable" : value;
}

describe("golden values", () => {
  it.each(goldenValues)("$source is written as $hex and as $json", ({ value, hex, json: text, frame }) => {
    const frames = frame ? [frame] : [];
    expect(write(cbor, value)).toMatchObject({ bytes: Buffer.from(`81${hex}`, "hex"), frames });
    const written = write(json, value);
    expect({ ...written, bytes: new TextDecoder().decode(written.bytes) }).toStrictEqual({
      bytes: `[${text}]`,
      frames,
    });
  });

  it.each(goldenValues)("$source is read from $hex and from $json", ({ value, hex, json: text, frame }) => {
    expect(comparable(readHex(hex, frame))).toStrictEqual(comparable(value));
    expect(comparable(read(json, new TextEncoder().encode(`[${text}]`), frame))).toStrictEqual(comparable(value));
  });

  it.each(acceptedForms)("$what is accepted", ({ hex, value }) => {
    expect(readHex(hex)).toStrictEqual(value);
  });

  it("have all of the session's tags among them", () => {
    const tags = goldenValues.map(({ hex }) => (hex.startsWith("d9") ? Number.parseInt(hex.slice(2, 6), 16) : 0));
    expect(tags).toStrictEqual(expect.arrayContaining(Object.values(Tag)));
  });
});

describe("golden messages", () => {
  it.each(goldenMessages)("$message is written and read as $hex", ({ message, hex }) => {
    expect(toHex(cbor.encode(message))).toBe(hex);
    expect(scan(fromHex(hex), DEFAULT_LIMITS)).toBe(false);
    expect(cbor.decode(fromHex(hex), DEFAULT_LIMITS).message).toStrictEqual(message);
  });

  it("have every kind of control message and of entry among them, with the right length", () => {
    const controls = goldenMessages.flatMap(({ message: [first, kind] }) => (first === 0 ? [kind] : []));
    expect(controls.sort()).toStrictEqual(Object.values(Control).sort());
    const entries = goldenMessages.flatMap(({ message: [first, , ...fields] }) => (first === 0 ? [] : [fields]));
    expect(entries.map(([kind]) => kind).sort()).toStrictEqual(Object.values(Entry).sort());
    for (const fields of entries) expect(ENTRY_LENGTH[Number(fields[0])]).toBe(fields.length);
  });
});

describe("golden proofs", () => {
  const { key, secret, clientNonce, serverNonce, proofs, code } = goldenProofs;
  const opening = { clientNonce, serverNonce, hello: fromHex(goldenProofs.hello) };

  it("are about the HELLO that is shown", () => {
    expect(toHex(cbor.encode([0, Control.HELLO, goldenProofs.fields]))).toBe(goldenProofs.hello);
  });

  it.each(proofs)("of purpose $purpose are computed as shown", ({ purpose, hex }) => {
    expect(toHex(prove(purpose === "resume" ? secret : readKey(key), purpose, opening))).toBe(hex);
  });

  it("make the code of a message", () => {
    const seal = new Seal(prove(readKey(key), "mac to server", opening));
    expect(seal.close([fromHex("83000400")]).map(toHex)).toStrictEqual(["83000400", code]);
  });
});
