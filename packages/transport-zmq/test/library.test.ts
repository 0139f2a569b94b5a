import { expect, it } from "vitest";
import { capability, version } from "zeromq";

it("loads a zeromq with CURVE, ipc and a ROUTER that notices the loss of a peer", () => {
  expect(version).toMatch(/^4\.3\./);
  expect(capability).toMatchObject({ ipc: true, curve: true, draft: true });
});
