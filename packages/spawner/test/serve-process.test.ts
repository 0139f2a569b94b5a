import { agentOf, connect, rootOf } from "@fourwire/proxy";
import { openSession } from "@fourwire/session";
import { attach, instantiate, SpawnError, serveInProcess, serveInThread, serveProcess } from "@fourwire/spawner";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { gate } from "./fixture.ts";
import type { LaboratoryModule } from "./laboratory-types.ts";
import type { Robot, RobotModule } from "./robot-types.ts";

const base = import.meta.url;
const robotUrl = new URL("robot.js", base);
type Module = LaboratoryModule;

const transports: readonly (readonly [string, () => Transport, string])[] = [
  ["memory", memory, "place"],
  ["zmq", zmq, "tcp://127.0.0.1:0"],
];

describe.each(transports)("a process that is served over %s", (_name, create, address) => {
  it("is a worker for those who have the key", async () => {
    await using transport = create();
    await using served = await serveProcess({ transport, address, base, allow: ["./laboratory.js"] });
    await using worker = await attach(served.address, { transport, key: served.key });
    const laboratory = await worker.import<Module>("./laboratory.js");
    expect(await laboratory.add(1, 2)).toBe(3);
    const counter = await new laboratory.Counter(1);
    expect(await counter.increment()).toBe(2);
    served.set("limit", 9);
    expect(await worker.get<number>("limit")).toBe(9);
    expect(worker.info.pid).toBe(process.pid);
  });

  it("does nothing without the key [pyacq-18]", async () => {
    await using transport = create();
    await using served = await serveProcess({ transport, address, base, allow: ["**"] });
    await expect(attach(served.address, { transport })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    const key = "0123456789abcdef-not-the-key";
    await expect(attach(served.address, { transport, key })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await using worker = await attach(served.address, { transport, key: served.key });
    expect(await worker.names()).toEqual([]);
  });

  it("imports nothing that is not on its allow-list, existing or not [pyacq-17]", async () => {
    await using transport = create();
    await using served = await serveProcess({ transport, address, base, allow: ["./rob*.js", "node:os"] });
    await using worker = await attach(served.address, { transport, key: served.key });
    for (const specifier of [
      "./laboratory.js",
      "./nowhere.js",
      "node:fs",
      "fs",
      "vitest",
      "../test/../../proxy/src/index.ts",
      robotUrl.href.replace("robot", "deep/robot"),
      "data:text/javascript,export default 1",
      "../../etc/passwd",
    ]) {
      const refusal = await worker.import(specifier).catch((error: unknown) => error);
      expect(refusal, specifier).toBeInstanceOf(SpawnError);
      expect(["NOT_ALLOWED", "NOT_FOUND"], specifier).toContain((refusal as SpawnError).code);
    }
    const os = await worker.import<typeof import("node:os")>("os");
    expect(await os.EOL).toBe("\n");
    expect(await (await worker.import<RobotModule>(robotUrl)).Robot).toBeDefined();
  });

  it("is stopped and configured by nobody but whoever may", async () => {
    await using transport = create();
    await using served = await serveProcess({ transport, address, base, allow: [] });
    await using worker = await attach(served.address, { transport, key: served.key });
    await expect(worker.stop()).rejects.toMatchObject({ code: "NOT_ALLOWED" });
    const session = await openSession(transport, served.address, { key: served.key });
    const settings = { base: "file:///", execution: "parallel" };
    await expect(session.call("begin", [settings])).rejects.toThrow(/Only whoever started/);
    await session.close();
    expect(await worker.ping()).toBeGreaterThan(0);
  });

  it("answers good clients whatever bad ones send [pyacq-16]", async () => {
    await using transport = create();
    await using served = await serveProcess({ transport, address, base, allow: [], key: false });
    const session = await openSession(transport, served.address);
    for (const target of ["nothing", "", [7, 0], [7, 99, "x"], [0, 1, "a"], { a: 1 }, [99, 0, "x"], ["x"]]) {
      await expect(session.call(target, [{}, null])).rejects.toThrow();
    }
    await expect(session.call("importModule", [{}])).rejects.toThrow();
    await expect(session.call("instantiate", ["#", 5])).rejects.toThrow();
    await session.close();
    const channel = await transport.connect(served.address);
    await channel.send([new Uint8Array([1, 2, 3])]);
    await channel.closed;
    await using worker = await attach(served.address, { transport });
    expect(await worker.names()).toEqual([]);
  });
});

it("lets a client stop a served process that says so", async () => {
  await using transport = memory();
  const { opened, open } = gate();
  await using served = await serveProcess({ transport, base, allow: [], onStop: open });
  await using worker = await attach(served.address, { transport, key: served.key });
  await worker.stop();
  await opened;
});

it("refuses to serve without an allow-list", async () => {
  // @ts-expect-error The list is missing.
  await expect(serveProcess({ transport: memory() })).rejects.toThrow(/allow is missing/);
});

it("takes one object, survives a constructor that fails, and refuses a second object [pizco-17]", async () => {
  await using transport = memory();
  await using served = await serveProcess({ transport, base, allow: ["./robot.js"], single: true, key: false });
  await using root = await connect<{ info(): object }>(served.address, { transport, errors: { SpawnError } });
  await expect(instantiate(root, "./laboratory.js#Counter")).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await expect(instantiate(root, "./robot.js#Nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(instantiate(root, "./robot.js#Robot")).rejects.toThrow("A robot needs a name");
  const robot = await agentOf(root).instantiate<Robot>("./robot.js#Robot", { args: ["Robbie"] });
  await robot.move(3);
  await expect(instantiate(root, "./robot.js#Arm")).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  await using other = await connect<Robot>(served.address, { transport, name: "object" });
  expect(await other.place).toBe(3);
  expect(rootOf(other)).toBeDefined();
});

describe.each([
  ["process", serveInProcess],
  ["thread", serveInThread],
] as const)("an object with a %s of its own", (kind, serveIn) => {
  it("is used by a proxy, and gone with it [pizco-18]", async () => {
    await using robot = await serveIn<Robot>(robotUrl, { export: "Robot", args: ["Robbie"], execArgv: [] });
    expect(await robot.name).toBe("Robbie");
    const pid = await robot.move(2);
    expect(pid === process.pid).toBe(kind === "thread");
    expect(await robot.place).toBe(2);
    await robot[Symbol.asyncDispose]();
    await expect(Promise.resolve(robot.place)).rejects.toThrow();
  });

  it("reports what its constructor throws and leaves nothing running [pizco-18]", async () => {
    await expect(serveIn(robotUrl, { export: "Robot", execArgv: [] })).rejects.toThrow("A robot needs a name");
    await expect(serveIn(new URL("nowhere.js", base), { execArgv: [] })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
