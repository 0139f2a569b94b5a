import * as transportZmq from "@fourwire/transport-zmq";
import { expect, it } from "vitest";

it("exports the factory and nothing else", () => {
  expect(Object.keys(transportZmq)).toEqual(["zmq"]);
});
