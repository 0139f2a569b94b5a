import { configure, inject, injectable, proxyToken, serverToken, TRANSPORT } from "@fourwire/container";
import type { Remote } from "@fourwire/proxy";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { expect, it } from "vitest";
import { Robot } from "./fixture.ts";

const aside = { env: false, file: false } as const;

@injectable()
class Operator {
  readonly robot: Remote<Robot>;
  readonly transport: Transport;

  constructor(@inject(proxyToken<Robot>("robot")) robot: Remote<Robot>, @inject(TRANSPORT) transport: Transport) {
    this.robot = robot;
    this.transport = transport;
  }
}

it("serves an object, and injects a proxy of it into a class", async () => {
  await using app = await configure(
    {
      transport: memory(),
      address: "robots",
      proxy: { serve: { robot: { object: new Robot() } }, connect: { robot: {} } },
    },
    aside,
  );
  const operator = app.resolve(Operator);
  expect(await operator.robot.greet("Will")).toBe("Robbie greets Will");
  expect(operator.transport.name).toBe("memory");
  expect(app.resolve(serverToken("robot")).address).toBe("robots");
});
