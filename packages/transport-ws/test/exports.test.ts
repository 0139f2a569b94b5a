import * as transportWs from "@fourwire/transport-ws";
import * as transportWsBrowser from "@fourwire/transport-ws/browser";
import { expect, it } from "vitest";

it("exports the factory and nothing else, on Node and for browsers", () => {
  expect(Object.keys(transportWs)).toEqual(["webSocket"]);
  expect(Object.keys(transportWsBrowser)).toEqual(["webSocket"]);
});
