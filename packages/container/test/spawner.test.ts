import { attachedToken, configure, SERVED_PROCESS, SPAWNER, workerToken } from "@fourwire/container";
import { configureForTest } from "@fourwire/container/testing";
import { zmq } from "@fourwire/transport-zmq";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { aside, keepLines, rejection } from "./fixture.ts";
import type { TableModule } from "./table-types.ts";

const table = new URL("table.js", import.meta.url);

/** The built packages, as users have them; not the sources that tests see. */
const built = { execArgv: [] } as const;

describe("workers", () => {
  it("end with the application, whoever started them, the dead ones included", async () => {
    const app = await configure({ spawner: { workers: { named: built } } }, aside);
    const named = app.resolve(workerToken("named"));
    const spawner = app.resolve(SPAWNER);
    const [later, dead] = await Promise.all([spawner.spawn({ ...built, name: "later" }), spawner.spawn(built)]);
    expect(named.name).toBe("named");
    await dead.kill();
    await app.close();
    expect(await named.exited).toMatchObject({ code: 0 });
    expect(await later.exited).toMatchObject({ code: 0 });
    expect(await rejection(spawner.spawn(built))).toMatchObject({ code: "CLOSED" });
  });

  it("that are just starting as it closes end as well", async () => {
    const app = await configure({ spawner: {} }, aside);
    const starting = rejection(app.resolve(SPAWNER).spawn(built));
    await app.close();
    expect(await starting).toMatchObject({ code: "CLOSED" });
  });

  it("that do not start end those that did", async () => {
    const { lines, logger } = keepLines();
    const workers = {
      good: built,
      bad: { kind: "command", command: process.execPath, args: ["--no-such-option"] },
    } as const;
    const start = configure({ logger, spawner: { workers } }, aside);
    expect(await rejection(start)).toMatchObject({
      code: "START_FAILED",
      path: "spawner.workers.bad",
      message: expect.stringContaining("--no-such-option"),
      cause: { code: "START_FAILED" },
    });
    expect(lines.filter(({ message }) => message === "Closed").map(({ fields }) => fields)).toMatchObject([
      { path: "spawner.workers.good" },
      { path: "spawner" },
    ]);
  });

  it("are reached over the transport that they name, which a test leaves out", async () => {
    const config = { transport: zmq(), spawner: { workers: { remote: { ...built, transport: true } } } } as const;
    await using app = await configure(config, aside);
    const module = await app.resolve(workerToken("remote")).import<TableModule>(table);
    expect(await module.add(1, 2)).toBe(3);
    await using test = await configureForTest(config);
    const tested = await test.resolve(workerToken("remote")).import<TableModule>(table);
    expect(await tested.add(1, 2)).toBe(3);
  });

  it("say what they say to the application's logger, at its level, less the secrets", async () => {
    const written: string[] = [];
    const logger = pino({ level: "debug" }, { write: (line) => void written.push(line) });
    const worker = { ...built, env: { DB_PASSWORD: "hunter2" } };
    const app = await configure({ logger, spawner: { workers: { talker: worker } } }, aside);
    const talker = await app.resolve(workerToken("talker")).import<TableModule>(table);
    await talker.say("the password is hunter2");
    await talker.warn("beware");
    await app.close();
    const lines = written.map((line): object => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 30,
        feature: "spawner",
        name: "talker",
        origin: "stdout",
        msg: "the password is [secret]",
      }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ level: 40, origin: "stderr", msg: "beware" }));
  });
});

describe("a process that others use", () => {
  const serve = { allow: [table.pathname], address: "worker" };

  it("is attached to with the key that it has made", async () => {
    await using app = await configureForTest({ spawner: { serve, attach: { self: {} } } });
    const module = await app.resolve(attachedToken("self")).import<TableModule>(table);
    expect(await module.pid()).toBe(process.pid);
    const { address, key } = app.resolve(SERVED_PROCESS);
    expect(address).toBe("worker");
    const networks = Object.fromEntries(app.networks);
    await using other = await configureForTest({ spawner: { attach: { it: { address, key } } } }, { networks });
    expect(other.resolve(attachedToken("it")).info.pid).toBe(process.pid);
    const start = configureForTest({ spawner: { attach: { it: { address } } } }, { networks });
    expect(await rejection(start)).toMatchObject({
      code: "START_FAILED",
      path: "spawner.attach.it",
      cause: { code: "UNAUTHORIZED" },
    });
  });

  it("has the application's key, or none where that is said", async () => {
    const session = { key: "the key of this whole application" };
    await using app = await configureForTest({ session, spawner: { serve, attach: { self: {} } } });
    expect(app.resolve(SERVED_PROCESS).key).toBe(session.key);
    await using open = await configureForTest({ spawner: { serve: { ...serve, key: false }, attach: { self: {} } } });
    expect(open.resolve(SERVED_PROCESS).key).toBeUndefined();
  });

  it("is refused without a list of what others may import", async () => {
    const config = JSON.parse('{ "transport": "memory", "spawner": { "serve": {} } }');
    expect(await rejection(configure(config, aside))).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "spawner.serve.allow", message: "found nothing; expected an array", source: "code" }],
    });
  });
});
