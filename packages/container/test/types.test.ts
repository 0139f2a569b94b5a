import { configure, LOGGER, proxyToken, serverToken, TRANSPORT } from "@fourwire/container";
import type { Remote, Server } from "@fourwire/proxy";
import type { Logger } from "@fourwire/session";
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

it("a configuration that is wrong does not compile", () => {
  // @ts-expect-error: a key that is not known
  const misspelt = () => configure({ adress: "robots" });
  // @ts-expect-error: no driver has this name
  const unknown = () => configure({ transport: "zmqq" });
  // @ts-expect-error: a time is a number
  const wrong = () => configure({ session: { callTimeoutMs: "5" } });
  expectTypeOf([misspelt, unknown, wrong]).items.toBeFunction();
});
