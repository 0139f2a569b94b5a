import type { Bus } from "@fourwire/bus";
import {
  attachedToken,
  configure,
  EVENT_BUS,
  HUB,
  LOGGER,
  proxyToken,
  SPAWNER,
  type Spawner,
  serverToken,
  stateToken,
  type Token,
  TRANSPORT,
  workerToken,
} from "@fourwire/container";
import type { Hub } from "@fourwire/hub";
import type { Remote, Server } from "@fourwire/proxy";
import type { Logger } from "@fourwire/session";
import type { AttachedWorker, Worker } from "@fourwire/spawner";
import type { State } from "@fourwire/state";
import type { Transport } from "@fourwire/transport";
import { expectTypeOf, it } from "vitest";
import { aside, Robot } from "./fixture.ts";

it("tokens know the types of what they stand for", async () => {
  const proxy = { serve: { robot: { object: new Robot() } }, connect: { robot: { to: "robot" } } };
  await using app = await configure({ transport: "memory", proxy }, aside);
  expectTypeOf(app.resolve(TRANSPORT)).toEqualTypeOf<Transport>();
  expectTypeOf(app.resolve(LOGGER)).toEqualTypeOf<Logger>();
  expectTypeOf(app.resolve(serverToken("robot"))).toEqualTypeOf<Server>();
  expectTypeOf(app.resolve(proxyToken<Robot>("robot"))).toEqualTypeOf<Remote<Robot>>();
});

it("tokens of the other features know theirs", () => {
  expectTypeOf(EVENT_BUS).toEqualTypeOf<Token<Bus>>();
  expectTypeOf(HUB).toEqualTypeOf<Token<Hub>>();
  expectTypeOf(stateToken<{ level: number }>()).toEqualTypeOf<Token<State<{ level: number }>>>();
  expectTypeOf(workerToken("a")).toEqualTypeOf<Token<Worker>>();
  expectTypeOf(attachedToken("a")).toEqualTypeOf<Token<AttachedWorker>>();
  expectTypeOf(SPAWNER).toEqualTypeOf<Token<Spawner>>();
});

it("a configuration that is wrong does not compile", () => {
  // @ts-expect-error: a key that is not known
  const misspelt = () => configure({ adress: "robots" });
  // @ts-expect-error: no driver has this name
  const unknown = () => configure({ transport: "zmqq" });
  // @ts-expect-error: a time is a number
  const wrong = () => configure({ session: { callTimeoutMs: "5" } });
  // @ts-expect-error: a state has an address, and no place
  const misplaced = () => configure({ state: { connect: { place: "here" } } });
  // @ts-expect-error: others may import what is listed only
  const careless = () => configure({ spawner: { serve: {} } });
  expectTypeOf([misspelt, unknown, wrong, misplaced, careless]).items.toBeFunction();
});
