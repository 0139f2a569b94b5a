import * as hub from "@fourwire/hub";
import * as durableHub from "@fourwire/hub/durable";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(hub).sort()).toEqual(["serveHub", "withHub"]);
  expect(Object.keys(durableHub).sort()).toEqual(["durable", "lmdbStore"]);
});
