import * as hub from "@fourwire/hub";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(hub).sort()).toEqual(["serveHub", "withHub"]);
});
