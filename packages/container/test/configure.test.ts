import {
  configure,
  inject,
  injectable,
  instanceCachingFactory,
  Lifecycle,
  LOGGER,
  proxyToken,
  scoped,
  serverToken,
  TRANSPORT,
  transportToken,
} from "@fourwire/container";
import { createHandOver, defineContract, method, type Remote } from "@fourwire/proxy";
import type { Logger } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { webSocket } from "@fourwire/transport-ws";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aside, keepLines, Robot, rejection } from "./fixture.ts";

@injectable()
class Operator {
  readonly robot: Remote<Robot>;
  readonly transport: Transport;

  constructor(@inject(proxyToken<Robot>("robot")) robot: Remote<Robot>, @inject(TRANSPORT) transport: Transport) {
    this.robot = robot;
    this.transport = transport;
  }

  async command(who: string): Promise<string> {
    return `On command ${await this.robot.greet(who)}`;
  }
}

@scoped(Lifecycle.ContainerScoped)
class Diary {
  readonly logger: Logger;

  constructor(@inject(LOGGER) logger: Logger) {
    this.logger = logger;
  }
}

const proxy = { serve: { robot: { object: new Robot() } }, connect: { robot: {} } };

it("serves an object, and injects a proxy of it into a class", async () => {
  await using app = await configure({ transport: memory(), address: "robots", proxy }, aside);
  const operator = app.resolve(Operator);
  expect(await operator.robot.greet("Will")).toBe("Robbie greets Will");
  expect(operator.transport.name).toBe("memory");
  expect(app.resolve(serverToken("robot")).address).toBe("robots");
});

it("serves what a class becomes when its dependencies are injected", async () => {
  await using network = memory();
  await using _far = await configure({ transport: network, address: "far", proxy: { serve: proxy.serve } }, aside);
  await using app = await configure(
    {
      transport: network,
      proxy: {
        connect: { robot: { address: "far" }, operator: { to: "operator" } },
        serve: { operator: { token: Operator } },
      },
    },
    aside,
  );
  const operator = app.resolve(proxyToken<Operator>("operator"));
  expect(await operator.command("Will")).toBe("On command Robbie greets Will");
});

it("connects to one member of what is served", async () => {
  const object = { robot: new Robot(), arm: new Robot("Arm") };
  const config = { serve: { all: { object } }, connect: { arm: { to: "all", member: "arm" } } };
  await using app = await configure({ transport: "memory", proxy: config }, aside);
  expect(await app.resolve(proxyToken<Robot>("arm")).greet("Will")).toBe("Arm greets Will");
});

it("hands over, and takes what is handed over, by what it was given for that", async () => {
  class Desk {
    ask(robot: Remote<Robot>, who: string): Promise<string> {
      return robot.greet(who);
    }
  }
  await using network = memory();
  await using handOver = createHandOver();
  await using _far = await configure({ transport: network, address: "far", proxy: { serve: proxy.serve } }, aside);
  const serve = { desk: { object: new Desk(), handOver } };
  const connect = { desk: { to: "desk", handOver }, robot: { address: "far", handOver: false as const } };
  await using app = await configure({ transport: network, proxy: { serve, connect } }, aside);
  const robot = app.resolve(proxyToken<Robot>("robot"));
  expect(await app.resolve(proxyToken<Desk>("desk")).ask(robot, "Will")).toBe("Robbie greets Will");
  expect(handOver.stats()).toEqual({ pending: 0, links: 1 });
});

it.each(["serve", "connect"] as const)("rejects what is no hand-over, by its path below %s", async (side) => {
  const robot = { ...(side === "serve" ? { object: new Robot() } : { address: "far" }), handOver: true };
  const started = configure({ transport: "memory", proxy: { [side]: { robot } } }, aside);
  expect(await rejection(started)).toMatchObject({ path: `proxy.${side}.robot.handOver` });
});

it("serves by a contract, which types the proxy and checks what passes", async () => {
  const contract = defineContract({ greet: method([z.string()], z.string()) });
  const serve = { robot: { object: new Robot(), contract } };
  await using app = await configure(
    { transport: memory(), proxy: { serve, connect: { robot: { to: "robot" } } } },
    aside,
  );
  const robot = app.resolve(proxyToken<typeof contract>("robot"));
  expect(await robot.greet("Will")).toBe("Robbie greets Will");
  // @ts-expect-error: the contract says that it is a text
  expect(await rejection(robot.greet(5))).toMatchObject({ code: "INVALID_ARGUMENTS" });
  // @ts-expect-error: the contract does not list it
  expect(await rejection(robot.name)).toMatchObject({ code: "NOT_FOUND" });
});

it("has several transports at once, each feature on the one that it names", async () => {
  const robots = { lab: new Robot("Lab"), pages: new Robot("Page"), other: new Robot("Other") };
  await using app = await configure(
    {
      transport: "memory",
      transports: { lab: "zmq", pages: webSocket() },
      proxy: {
        serve: {
          lab: { object: robots.lab, transport: "lab" },
          pages: { object: robots.pages, transport: "pages" },
          other: { object: robots.other },
        },
        connect: { lab: { to: "lab" }, pages: { to: "pages" }, other: { to: "other" } },
      },
    },
    aside,
  );
  expect(app.resolve(serverToken("lab")).address).toMatch(/^tcp:/);
  expect(app.resolve(serverToken("pages")).address).toMatch(/^ws:/);
  expect(app.resolve(transportToken("pages")).name).toBe("webSocket");
  for (const name of ["lab", "pages", "other"] as const) {
    const greeting = app.resolve(proxyToken<Robot>(name)).greet("Will");
    expect(await greeting).toBe(`${robots[name].name} greets Will`);
  }
});

it("gives options of all sessions to each, unless it has its own", async () => {
  const network = memory();
  const session = { key: "the key of this whole application" };
  const own = { key: "another key that is long enough" };
  await using _app = await configure(
    {
      transport: network,
      session,
      proxy: {
        serve: {
          robot: { object: new Robot(), address: "robot" },
          arm: { object: new Robot(), address: "arm", ...own },
        },
        connect: { robot: { to: "robot", key: undefined }, arm: { to: "arm", ...own } },
      },
    },
    aside,
  );
  const connect = { arm: { address: "arm" } };
  expect(await rejection(configure({ transport: network, session, proxy: { connect } }, aside))).toMatchObject({
    cause: { code: "UNAUTHORIZED" },
  });
});

describe("the container", () => {
  it("takes registrations by hand, also without decorators", async () => {
    await using app = await configure({ transport: memory(), address: "robots", proxy }, aside);
    const useFactory = instanceCachingFactory((container) => ({
      robot: container.resolve(proxyToken<Robot>("robot")),
    }));
    app.container.register("crew", { useFactory });
    const crew = app.resolve<{ robot: Remote<Robot> }>("crew");
    expect(await crew.robot.greet("Will")).toBe("Robbie greets Will");
    expect(app.resolve("crew")).toBe(crew);
  });

  it("shares nothing between two applications of one process", async () => {
    const { logger } = keepLines();
    await using one = await configure({ logger }, aside);
    await using other = await configure({}, aside);
    expect(one.resolve(Diary)).toBe(one.resolve(Diary));
    expect(one.resolve(Diary).logger).toBe(logger);
    expect(other.resolve(Diary).logger).not.toBe(logger);
  });
});
