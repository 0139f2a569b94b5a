import {
  checkFrames,
  copyFrames,
  joinFrames,
  MAX_FRAMES,
  sizeOfFrames,
  splitFrames,
  weighFrames,
} from "@fourwire/transport";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const frames = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 });

describe("joinFrames and splitFrames", () => {
  it("give back what was joined", () => {
    fc.assert(
      fc.property(frames, (message) => {
        expect(splitFrames(joinFrames(message))).toEqual(message);
      }),
    );
  });

  it("write the number of frames, their lengths and their bytes, big-endian", () => {
    const joined = joinFrames([Uint8Array.of(7, 8), new Uint8Array(), Uint8Array.of(9)]);
    expect([...joined]).toEqual([0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 7, 8, 9]);
  });

  it("split a view of a larger buffer", () => {
    const joined = joinFrames([Uint8Array.of(1, 2, 3)]);
    const larger = new Uint8Array(joined.byteLength + 10);
    larger.set(joined, 5);
    expect(splitFrames(larger.subarray(5, 5 + joined.byteLength))).toEqual([Uint8Array.of(1, 2, 3)]);
  });

  it("split a Buffer into plain views of it", () => {
    const joined = Buffer.from(joinFrames([Uint8Array.of(1, 2, 3)]));
    const [frame] = splitFrames(joined);
    expect(Object.getPrototypeOf(frame)).toBe(Uint8Array.prototype);
    expect(frame?.buffer).toBe(joined.buffer);
  });

  it("refuse every message that was cut short or prolonged", () => {
    fc.assert(
      fc.property(frames, fc.nat(), (message, random) => {
        const joined = joinFrames(message);
        const short = joined.subarray(0, random % joined.byteLength);
        expect(() => splitFrames(short)).toThrow(expect.objectContaining({ code: "LOST" }));
        expect(() => splitFrames(Uint8Array.of(...joined, 0))).toThrow(expect.objectContaining({ code: "LOST" }));
      }),
    );
  });

  it("never throw anything but LOST, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          splitFrames(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: "TransportError", code: "LOST" });
        }
      }),
    );
  });

  it("refuse a message without frames", () => {
    expect(() => splitFrames(new Uint8Array(4))).toThrow(expect.objectContaining({ code: "LOST" }));
    expect(() => splitFrames(new Uint8Array())).toThrow(expect.objectContaining({ code: "LOST" }));
  });

  it("refuse a count of frames that the bytes cannot hold, without allocating for it", () => {
    expect(() => splitFrames(new Uint8Array(8).fill(0xff))).toThrow(expect.objectContaining({ code: "LOST" }));
  });

  it("refuse more frames than a message may have, and name the limit", () => {
    const most = Array.from({ length: MAX_FRAMES }, () => new Uint8Array());
    expect(splitFrames(joinFrames(most))).toHaveLength(MAX_FRAMES);
    const message = "A message of 65537 frames exceeds the limit of 65536";
    const refusal = expect.objectContaining({ code: "LOST", message });
    expect(() => splitFrames(joinFrames([...most, new Uint8Array()]))).toThrow(refusal);
    expect(() => splitFrames(joinFrames([new Uint8Array(), new Uint8Array()]), 1)).toThrow(/limit of 1$/);
  });

  it("look at the number of frames before they make any: 64 MiB may hold a count of 16 million", () => {
    const joined = new Uint8Array(64 * 1024 * 1024);
    new DataView(joined.buffer).setUint32(0, joined.byteLength / 4 - 1);
    const before = performance.now();
    expect(() => splitFrames(joined)).toThrow(/^A message of 16777215 frames/);
    // Making them takes a hundred times as long.
    expect(performance.now() - before).toBeLessThan(50);
  });
});

describe("weighFrames", () => {
  it("counts bytes, frames and the message itself", () => {
    expect(weighFrames([new Uint8Array(10)])).toBe(10 + 2 * 128);
    expect(weighFrames([new Uint8Array(10), new Uint8Array(), new Uint8Array(5)])).toBe(15 + 4 * 128);
  });
});

describe("checkFrames", () => {
  it("accepts messages up to the limit", () => {
    expect(() => checkFrames([new Uint8Array(3), new Uint8Array(2)], 5)).not.toThrow();
    expect(() => checkFrames([Buffer.from("a Buffer is a Uint8Array")])).not.toThrow();
  });

  it("names the limit that a message exceeds", () => {
    expect(() => checkFrames([new Uint8Array(3), new Uint8Array(3)], 5)).toThrow(
      expect.objectContaining({ code: "TOO_LARGE", message: "A message of 6 bytes exceeds maxMessageBytes, 5" }),
    );
  });

  it("names the number of frames that is too many", () => {
    const most = Array.from({ length: MAX_FRAMES }, () => new Uint8Array());
    expect(() => checkFrames(most)).not.toThrow();
    const message = "A message of 65537 frames exceeds the limit of 65536";
    expect(() => checkFrames([...most, new Uint8Array()])).toThrow(
      expect.objectContaining({ code: "TOO_LARGE", message }),
    );
  });

  it("refuses what is no message", () => {
    const wrong: unknown[] = [[], ["text"], [new Uint16Array(1)], new Uint8Array(1), undefined];
    for (const message of wrong) expect(() => checkFrames(message as Uint8Array[])).toThrow(TypeError);
  });
});

describe("copyFrames", () => {
  it("copies into plain Uint8Arrays of their own memory", () => {
    const message = [Buffer.from("shared pool"), Uint8Array.of(1, 2, 3, 4).subarray(1, 3)];
    const copy = copyFrames(message);
    expect(copy.map((frame) => [...frame])).toEqual(message.map((frame) => [...frame]));
    for (const [index, frame] of copy.entries()) {
      expect(Object.getPrototypeOf(frame)).toBe(Uint8Array.prototype);
      expect(frame.buffer).not.toBe(message[index]?.buffer);
    }
    expect(sizeOfFrames(copy)).toBe(13);
  });
});
