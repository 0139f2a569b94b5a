import type { Frames } from "@fourwire/transport";
import { expect, it } from "vitest";
import { abort, bye, escapeData, hello, parseControl, refuse, welcome } from "../src/control.ts";

/** The byte table of docs/transports/zmq.md: what follows the empty frame, in hexadecimal. */
const GOLDEN = {
  HELLO: { frames: hello(), hex: ["01345701"], means: { kind: "hello", version: 1 } },
  WELCOME: { frames: welcome(), hex: ["0201"], means: { kind: "welcome", version: 1 } },
  REFUSE: { frames: refuse("full"), hex: ["0366756c6c"], means: { kind: "refuse", reason: "full" } },
  BYE: { frames: bye(), hex: ["04"], means: { kind: "bye" } },
  ABORT: { frames: abort("slow"), hex: ["05736c6f77"], means: { kind: "abort", reason: "slow" } },
  DATA: {
    frames: escapeData([new Uint8Array(0), Uint8Array.of(7)]),
    hex: ["00", "", "07"],
    means: { kind: "data", frames: [new Uint8Array(0), Uint8Array.of(7)] },
  },
} as const;

for (const [name, { frames, hex, means }] of Object.entries(GOLDEN)) {
  it(`writes and reads ${name} as documented`, () => {
    expect(toHex(frames)).toEqual(["", ...hex]);
    expect(parseControl(frames)).toEqual(means);
  });
}

it.each([
  [[""]],
  [["", ""]],
  [["", "00"]],
  [["", "0000", "01"]],
  [["", "01"]],
  [["", "01343701"]],
  [["", "0134570101"]],
  [["", "01345701", "00"]],
  [["", "02"]],
  [["", "0400"]],
  [["", `03${"41".repeat(256)}`]],
  [["", "06"]],
  [["", "ff"]],
])("does not read %j", (hex) => {
  expect(parseControl(hex.map((frame) => new Uint8Array(Buffer.from(frame, "hex"))))).toBeUndefined();
});

it("cuts a reason to 255 bytes and shows nothing of it but printable ASCII", () => {
  expect(refuse("x".repeat(1_000))[1]?.byteLength).toBe(256);
  expect(parseControl(refuse("a\u001b[31m\nb\u00e9"))).toEqual({ kind: "refuse", reason: "a?[31m?b?" });
});

function toHex(frames: Frames): string[] {
  return frames.map((frame) => Buffer.from(frame).toString("hex"));
}
