import { memory } from "@fourwire/transport/memory";
import { expect, it } from "vitest";

/** The snippets of docs/transports/memory.md, as they stand there. */
it("meets at a name", async () => {
  const transport = memory();
  await using listener = await transport.listen("calculator");
  await using channel = await transport.connect("calculator");
  expect(listener.address).toBe("calculator");
  await channel.close();
});

it("takes every fault of the page", async () => {
  const transport = memory({ faults: { seed: 7, delayMs: [1, 5], loss: 0.01, duplication: 0.01, reordering: 0.05 } });
  await transport.listen("calculator");
  const channel = await transport.connect("calculator");
  transport.faults.cut();
  expect(await channel.closed).toMatchObject({ code: "LOST" });
  transport.faults.halfOpen();
  transport.faults.set({ refusal: 0.5 });
  transport.faults.heal();
  await transport.connect("calculator");
});
