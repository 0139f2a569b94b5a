import { joinFrames } from "@fourwire/transport";
import { afterAll, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { packParcel, unpackParcel } from "../src/parcels.ts";
import { lazyTestServer } from "../src/test-server.ts";
import { topicsOf } from "./kit.ts";

const server = lazyTestServer(afterAll);

const message = (...texts: string[]): Buffer => Buffer.from(joinFrames(texts.map((text) => Buffer.from(text))));
const texts = (parcel: Buffer): string[][] =>
  unpackParcel(parcel).map((frames) => frames.map((frame) => Buffer.from(frame).toString()));

it("carries one message or many", () => {
  expect(packParcel([message("alone", "")])).toStrictEqual(message("alone", ""));
  expect(texts(message("alone", ""))).toStrictEqual([["alone", ""]]);
  const parcel = packParcel([message("one"), message("two", "frames"), message("")]);
  expect(texts(parcel)).toStrictEqual([["one"], ["two", "frames"], [""]]);
});

it("gives each message memory of its own", () => {
  const [one, other] = unpackParcel(packParcel([message("one"), message("other")]));
  expect(one?.[0]?.buffer).not.toBe(other?.[0]?.buffer);
});

it("takes what is cut short, too long or of another format for no message", () => {
  const parcel = packParcel([message("one"), message("two")]);
  for (let length = 0; length < parcel.byteLength; length += 1) expect(texts(parcel.subarray(0, length))).toEqual([]);
  expect(texts(Buffer.concat([parcel, Buffer.from("x")]))).toEqual([]);
  expect(texts(Buffer.from("hello"))).toEqual([]);
  expect(texts(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toEqual([]);
});

it("brings what a turn publishes on several topics to subscribers and groups, each in order", async () => {
  const transport = redis({ url: server.url });
  try {
    const topics = topicsOf(transport);
    const alone = await topics.subscribe("turn.a");
    const all = await topics.subscribe("turn.*");
    const group = await topics.subscribe("turn.*", { group: "g" });
    const published = Array.from({ length: 3_000 }, (_, index) => ({
      topic: index % 3 === 0 ? "turn.a" : "turn.b",
      text: String(index),
    }));
    await Promise.all(published.map(({ topic, text }) => topics.publish(topic, [Buffer.from(text)])));
    const read = async (subscription: typeof alone, count: number): Promise<{ topic: string; text: string }[]> => {
      const arrived: { topic: string; text: string }[] = [];
      for await (const { topic, frames } of subscription) {
        arrived.push({ topic, text: Buffer.from(frames[0] ?? []).toString() });
        if (arrived.length === count) break;
      }
      return arrived;
    };
    const on = (topic: string) => published.filter((each) => each.topic === topic);
    expect(await read(alone, 1_000)).toStrictEqual(on("turn.a"));
    for (const subscription of [all, group]) {
      const arrived = await read(subscription, 3_000);
      for (const topic of ["turn.a", "turn.b"])
        expect(arrived.filter((each) => each.topic === topic)).toStrictEqual(on(topic));
    }
  } finally {
    await transport.close();
  }
});
