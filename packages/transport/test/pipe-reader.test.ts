import fc from "fast-check";
import { expect, it } from "vitest";
import { LENGTH_BYTES, PipeReader } from "../src/pipe-reader.ts";

function write(messages: readonly Uint8Array[]): Uint8Array {
  const parts = messages.flatMap((message) => {
    const length = new Uint8Array(LENGTH_BYTES);
    new DataView(length.buffer).setUint32(0, message.byteLength);
    return [length, message];
  });
  return new Uint8Array(Buffer.concat(parts));
}

it("reads the messages that were written, wherever the bytes are cut", () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (written, cuts) => {
      const bytes = write(written);
      const seen: number[][] = [];
      const reader = new PipeReader(50, (message) => seen.push([...message]));
      for (let position = 0, index = 0; position < bytes.byteLength; index += 1) {
        const size = cuts[index % cuts.length] ?? 1;
        reader.read(bytes.slice(position, position + size));
        position += size;
      }
      expect(seen).toEqual(written.map((message) => [...message]));
    }),
  );
});

it("takes no memory for a message that says it is larger than the limit", () => {
  const reader = new PipeReader(50, () => undefined);
  expect(() => reader.read(Uint8Array.of(0, 0, 0, 51))).toThrow(/51 bytes, more than the 50/);
});

it("ends a message of many chunks where numbers may begin, so that its last frame need not be copied to be an array of them", () => {
  for (let length = 1; length <= 16; length += 1) {
    const seen: Uint8Array[] = [];
    const reader = new PipeReader(50, (message) => seen.push(message));
    const bytes = write([new Uint8Array(length).fill(7)]);
    reader.read(bytes.slice(0, LENGTH_BYTES));
    reader.read(bytes.slice(LENGTH_BYTES));
    const [message = new Uint8Array()] = seen;
    expect([...message]).toEqual(new Array(length).fill(7));
    expect((message.byteOffset + message.byteLength) % 8).toBe(0);
  }
});
