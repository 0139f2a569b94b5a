import { configure, inject, injectable, provide, proxyToken, serverToken, TRANSPORT } from "@fourwire/container";
import type { Remote } from "@fourwire/proxy";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Feature, FeatureContext } from "../src/feature.ts";
import { start } from "../src/start.ts";
import { tokenOf } from "../src/token.ts";
import { createTransport } from "../src/transports.ts";
import { aside, keepLines, Robot, rejection } from "./fixture.ts";

/** A feature that notes what becomes of it; `fault` says when it fails. */
function noted(key: string, notes: string[]): Feature<{ readonly fault?: string | undefined }> {
  return {
    key,
    schema: z.strictObject({ fault: z.string().optional() }),
    plan: () => ({ provides: ["it"], transports: [], problems: [] }),
    async open({ fault }, context: FeatureContext) {
      await context.open(`${key}.it`, async () => {
        if (fault === "open") throw new Error("no luck");
        notes.push(`open ${key}`);
        return {
          async [Symbol.asyncDispose]() {
            notes.push(`close ${key}`);
            if (fault === "close") throw new Error(`${key} stays`);
            if (fault === "hang") await new Promise(() => undefined);
          },
        };
      });
    },
  };
}

function startNoted(config: object, notes: string[]): ReturnType<typeof start> {
  const features = ["one", "two", "three"].map((key) => noted(key, notes));
  return start(features, config, aside, { createTransport, isTest: false });
}

describe("features", () => {
  it("open in order and close in reverse", async () => {
    const notes: string[] = [];
    const app = await startNoted({ three: {}, two: {}, one: {} }, notes);
    await app.close();
    expect(notes).toStrictEqual(["open one", "open two", "open three", "close three", "close two", "close one"]);
  });

  it("are closed again in reverse when the third fails to open", async () => {
    const notes: string[] = [];
    const error = await rejection(startNoted({ one: {}, two: {}, three: { fault: "open" } }, notes));
    expect(error).toMatchObject({
      code: "START_FAILED",
      path: "three.it",
      message: "three.it could not be opened: no luck",
      cause: { message: "no luck" },
    });
    expect(notes).toStrictEqual(["open one", "open two", "close two", "close one"]);
  });

  it("are all closed when one fails to, which is what closing rejects with", async () => {
    const notes: string[] = [];
    const app = await startNoted({ one: {}, two: { fault: "close" }, three: { fault: "close" } }, notes);
    const error = await rejection(app.close());
    expect(error).toMatchObject({
      code: "CLOSE_FAILED",
      message: "Some parts did not close: three.it: three stays; two.it: two stays",
      cause: { errors: [{ message: "three stays" }, { message: "two stays" }] },
    });
    expect(await app.closed).toBe(error);
    expect(notes.slice(3)).toStrictEqual(["close three", "close two", "close one"]);
  });

  it("are all closed when one does not get done with it in its time", async () => {
    const notes: string[] = [];
    const app = await startNoted({ closeTimeoutMs: 20, one: {}, two: { fault: "hang" } }, notes);
    expect(await rejection(app.close())).toMatchObject({ code: "CLOSE_FAILED", path: "two.it" });
    expect(notes.slice(2)).toStrictEqual(["close two", "close one"]);
  });
});

describe("a feature that resolves another", () => {
  const greeting = (key: string, wanted: string): Feature => ({
    key,
    schema: z.object({}),
    plan: () => ({ provides: [""], transports: [], problems: [] }),
    async open(_config, context) {
      const opened = await context.open(key, async () => {
        const text = wanted && `${context.resolve(tokenOf<{ text: string }>(wanted)).text}, `;
        return { text: `${text}${key}`, async [Symbol.asyncDispose]() {} };
      });
      context.provide(tokenOf(key), opened);
    },
  });
  const startGreeting = (config: object, ...wanted: readonly string[]): ReturnType<typeof start> => {
    const features = ["one", "two"].map((key, index) => greeting(key, wanted[index] ?? ""));
    return start(features, config, aside, { createTransport, isTest: false });
  };

  it("finds one that is open, by the token of its key", async () => {
    await using app = await startGreeting({ one: {}, two: {} }, "", "one");
    expect(app.resolve(tokenOf<{ text: string }>("two")).text).toBe("one, two");
  });

  it("fails to open when that one opens later, or is not configured", async () => {
    expect(await rejection(startGreeting({ one: {}, two: {} }, "two"))).toMatchObject({
      code: "START_FAILED",
      path: "one",
      cause: { code: "NOT_OPEN", path: "two" },
    });
    expect(await rejection(startGreeting({ two: {} }, "", "one"))).toMatchObject({
      path: "two",
      cause: { code: "NOT_CONFIGURED", path: "one" },
    });
  });
});

describe("objects of the application", () => {
  it("close before what they were created from, and after what is built on them", async () => {
    const notes: string[] = [];
    const noting = (name: string, act: () => void = () => undefined): AsyncDisposable => ({
      async [Symbol.asyncDispose]() {
        act();
        notes.push(name);
      },
    });
    const app = await configure(
      {
        transport: memory(),
        providers: [
          provide("store", () => noting("store")),
          provide("cache", (resolve) => {
            resolve("store");
            return noting("cache");
          }),
          provide("session", () => ({ [Symbol.dispose]: () => notes.push("session") })),
          provide("later", async () => noting("later")),
          provide("failed", async () => Promise.reject(new Error("never came to be"))),
          provide("unused", () => noting("unused")),
        ],
      },
      aside,
    );
    app.resolve("cache");
    expect(app.resolve("cache")).toBe(app.resolve("cache"));
    app.resolve("session");
    await app.resolve<Promise<unknown>>("later");
    await rejection(app.resolve<Promise<unknown>>("failed"));
    await app.close();
    expect(notes).toStrictEqual(["later", "session", "cache", "store"]);
  });

  it("say so when they are built on themselves", async () => {
    await using app = await configure(
      { providers: [provide("hen", (resolve) => resolve("egg")), provide("egg", (resolve) => resolve("hen"))] },
      aside,
    );
    expect(() => app.resolve("hen")).toThrow("hen is built on itself");
  });

  it("are disposed by tsyringe when it made them, between what they use and what uses them", async () => {
    const network = memory();
    const notes: string[] = [];
    await using far = await configure(
      { transport: network, proxy: { serve: { arm: { object: new Robot("Arm"), address: "arm" } } } },
      aside,
    );

    @injectable()
    class Relay {
      readonly #arm: Remote<Robot>;

      constructor(@inject(proxyToken<Robot>("arm")) arm: Remote<Robot>) {
        this.#arm = arm;
      }

      async greet(who: string): Promise<string> {
        return await this.#arm.greet(who);
      }

      async dispose(): Promise<void> {
        notes.push(await this.#arm.greet("you as it leaves"));
        notes.push(
          String(
            await network.connect("relay").then(
              () => "still served",
              () => "no longer served",
            ),
          ),
        );
      }
    }

    const app = await configure(
      {
        transport: network,
        proxy: {
          connect: { arm: { address: "arm" }, self: { to: "relay" } },
          serve: { relay: { token: Relay, address: "relay" } },
        },
      },
      aside,
    );
    expect(await app.resolve(proxyToken<Relay>("self")).greet("Will")).toBe("Arm greets Will");
    await app.close();
    expect(notes).toStrictEqual(["Arm greets you as it leaves", "no longer served"]);
    expect(far.resolve(serverToken("arm")).clients).toBe(0);
  });
});

describe("transports", () => {
  it("stay open when they were given, less what the application opened", async () => {
    await using network = memory();
    const app = await configure({ transport: network }, aside);
    const transport: Transport = app.resolve(TRANSPORT);
    const listener = await transport.listen("mine");
    const accepted = (async () => {
      for await (const channel of listener) return channel;
      throw new Error("Nobody came");
    })();
    const channel = await transport.connect("mine");
    const subscription = await transport.topics?.subscribe("topic");
    const taking = rejection(Promise.resolve(transport.queues?.take("queue")));
    await app.close();
    expect(await channel.closed).toBeUndefined();
    expect(await (await accepted).closed).toBeUndefined();
    expect(await taking).toMatchObject({ code: "CLOSED" });
    for await (const message of subscription ?? []) throw new Error(`Got ${message.topic}`);
    expect(await rejection(network.connect("mine"))).toMatchObject({ code: "REFUSED" });
    await using _listener = await network.listen("mine");
  });

  it("keep what else their driver gives them", async () => {
    const logs = { append: () => undefined };
    await using app = await configure({ transport: Object.assign(memory(), { logs }) }, aside);
    expect(Reflect.get(app.resolve(TRANSPORT), "logs")).toBe(logs);
  });

  it("keep their recipe, out of sight", async () => {
    await using app = await configure({ transport: "webSocket" }, aside);
    const transport = app.resolve(TRANSPORT);
    expect(transport.recipe).toMatchObject({ module: "@fourwire/transport-ws", export: "webSocket" });
    expect(Object.keys(transport)).not.toContain("recipe");
  });
});

it("tells the logger what it opens, closes and fails to close", async () => {
  const notes: string[] = [];
  const { lines, logger } = keepLines();
  const app = await startNoted({ logger, one: {}, two: { fault: "close" } }, notes);
  await rejection(app.close());
  expect(lines).toMatchObject([
    { level: "debug", fields: { feature: "container", path: "one.it" }, message: "Opened" },
    { level: "debug", fields: { path: "two.it" }, message: "Opened" },
    { level: "debug", fields: { path: "container" }, message: "Closed" },
    { level: "warn", fields: { path: "two.it", err: { message: "two stays" } }, message: "Failed to close" },
    { level: "debug", fields: { path: "one.it" }, message: "Closed" },
  ]);
});
