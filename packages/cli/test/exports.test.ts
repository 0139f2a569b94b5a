import * as main from "@fourwire/cli";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(main).sort()).toEqual(["createCommand"]);
});
