import { inspect } from "node:util";
import { configure, provide, TRANSPORT } from "@fourwire/container";
import { memory } from "@fourwire/transport/memory";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Feature } from "../src/feature.ts";
import { start } from "../src/start.ts";
import { createTransport } from "../src/transports.ts";
import { aside, keepLines, rejection } from "./fixture.ts";

const password = "hunter2-p@ss";
const encoded = encodeURIComponent(password);
const key = "correct horse battery staple";

/** Every secret of these tests, in every form. */
const secrets = [password, encoded, key, "token-of-mine"];

/** Tells the secrets that anything about an error gives away. */
function givenAway(error: unknown): string[] {
  const shown = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error)].join("\n");
  return secrets.filter((secret) => shown.includes(secret));
}

it.each([
  { transport: `redis://:${encoded}@127.0.0.1:6379` },
  { address: "robot", session: { key: ["token-of-mine"] } },
  { session: { key: "token-of-mine" } },
  { drivers: { redis: { url: 5 }, zmq: { curv: { secretKey: key } } } },
  { drivers: { redis: `redis://me:${encoded}@127.0.0.1` } },
  { proxy: { connect: { robot: { credentials: { password }, adress: `ws://here/?token=token-of-mine` } } } },
  { handleSignals: `ws://127.0.0.1/?token=token-of-mine` },
  { transport: { driver: "zmq", options: { curve: { publicKey: key, secretKey: password } } } },
  { transport: { driver: `https://a:${encoded}@b` } },
])("an invalid configuration shows none: %j", async (config) => {
  const error = await rejection(configure(config as object, aside));
  expect(error).toMatchObject({ code: "CONFIG_INVALID" });
  expect(givenAway(error)).toStrictEqual([]);
});

it("an invalid variable shows none", async () => {
  const env = { FOURWIRE_TRANSPORT: `redis://:${encoded}@127.0.0.1`, FOURWIRE_KEY: "token-of-mine" };
  const error = await rejection(configure({}, { file: false, env }));
  expect(error.message).toContain("session.key (from FOURWIRE_KEY): found a string that is not shown");
  expect(givenAway(error)).toStrictEqual([]);
});

/** A feature that cannot open, and says everything it knows. */
const blabbing: Feature = {
  key: "blab",
  schema: z.object({ password: z.string() }),
  plan: () => ({ provides: [], transports: [], problems: [] }),
  async open(config, context) {
    await context.open("blab", () => {
      const all = { config, session: context.session };
      context.session.logger?.warn({ all, list: [`with ${password}`] }, `cannot log in as ${inspect(all)}`);
      const inner = Object.assign(new Error(`wrong password: ${inspect(all)}`), { code: "EAUTH", all });
      throw Object.assign(new AggregateError([inner], `no login with ${password}`, { cause: inner }), {
        code: "ELOGIN",
      });
    });
  },
};

it("a feature that fails gives none away, in errors, their causes, and in log lines", async () => {
  const { lines, logger } = keepLines();
  const config = { logger, session: { key }, blab: { password } };
  const starting = start([blabbing], config, aside, { createTransport, isTest: false });
  const error = await rejection(starting);
  expect(error).toMatchObject({
    code: "START_FAILED",
    path: "blab",
    message: "blab could not be opened: no login with [secret]",
    cause: { code: "ELOGIN", cause: { code: "EAUTH" } },
  });
  expect(givenAway(error)).toStrictEqual([]);
  expect(lines.map(({ message }) => message)).toHaveLength(1);
  expect(givenAway(lines)).toStrictEqual([]);
});

it("an application shows none", async () => {
  await using app = await configure(
    { transport: { driver: "webSocket", options: { headers: { authorization: password } } }, session: { key } },
    aside,
  );
  expect(givenAway([app, app.resolve(TRANSPORT)])).toStrictEqual([]);
});

it("an error without any stays the very same", async () => {
  const cause = Object.assign(new RangeError("too far"), { details: { far: ["very"] } });
  const failing = configure(
    {
      transport: memory(),
      session: { key },
      proxy: { serve: { robot: { token: "robot" } } },
      providers: [
        provide<object>("robot", () => {
          throw cause;
        }),
      ],
    },
    aside,
  );
  expect((await rejection(failing)).cause).toBe(cause);
});
