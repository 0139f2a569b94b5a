import { release } from "@fourwire/proxy";
import { attach, serveProcess } from "@fourwire/spawner";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { laboratoryOf, start, startedKinds } from "./fixture.ts";
import type { KeeperModule } from "./keeper-types.ts";
import type { LaboratoryModule } from "./laboratory-types.ts";

const base = import.meta.url;
const anywhere = "tcp://127.0.0.1:0";

describe.each(startedKinds)("an object of a worker of the kind %s", (kind) => {
  it("is used by another worker, also when whoever gave it has let go of it [pyacq-8]", async () => {
    await using owner = await start(kind);
    await using user = await start(kind);
    const { Counter } = await laboratoryOf(owner);
    const keeper = await user.import<KeeperModule>("./keeper.js");
    const counter = await new Counter(1);
    await keeper.keep(counter);
    expect(await keeper.count()).toBe(2);
    release(counter);
    expect(await keeper.count()).toBe(3);
    await expect(counter.increment()).rejects.toMatchObject({ code: "REFERENCE_LOST" });
  });
});

it("is used directly where its owner can be reached, and whoever gave it may leave [pyacq-8]", async () => {
  await using transport = zmq();
  const allow = ["./laboratory.js"];
  await using served = await serveProcess({ transport, address: anywhere, base, allow, key: false });
  await using user = await start("process", { transport });
  const keeper = await user.import<KeeperModule>("./keeper.js");
  const owner = await attach(served.address, { transport });
  const { Counter } = await owner.import<LaboratoryModule>("./laboratory.js");
  await keeper.keep(await new Counter(1));
  expect(await keeper.count()).toBe(2);
  expect(served.clients).toBe(2);
  await owner.close();
  expect(await keeper.count()).toBe(3);
  expect(served.clients).toBe(1);
});

it("ten calls on one another's results take about one round trip of a slow link [pyacq-11]", async () => {
  await using transport = zmq();
  const allow = ["./laboratory.js"];
  await using served = await serveProcess({ transport, address: anywhere, base, allow });
  await using link = await faultProxy(served.address);
  await using worker = await attach(link.address, { transport, key: served.key });
  const { Counter } = await worker.import<LaboratoryModule>("./laboratory.js");
  const counter = await new Counter(0);
  link.delay(50);

  const calledAt = performance.now();
  expect(await counter.next().value).toBe(1);
  const oneTrip = performance.now() - calledAt;
  expect(oneTrip).toBeGreaterThanOrEqual(100);

  const chainedAt = performance.now();
  const last = counter.next().next().next().next().next().next().next().next().next().next();
  expect(await last.value).toBe(10);
  const chained = performance.now() - chainedAt;
  // One after the other they would take ten; whatever else this machine does is allowed for.
  expect(chained).toBeLessThan(4 * oneTrip);
});
