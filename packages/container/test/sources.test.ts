import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { inspect } from "node:util";
import { configure, proxyToken, serverToken, TRANSPORT, transportToken } from "@fourwire/container";
import { memory } from "@fourwire/transport/memory";
import { webSocket } from "@fourwire/transport-ws";
import { describe, expect, it } from "vitest";
import { aside, Robot, rejection } from "./fixture.ts";

/** A directory with files in it, gone when it is disposed. */
async function directoryWith(files: Readonly<Record<string, string>>): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "fourwire-config-"));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(path, name), text)));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const serve = { robot: { object: new Robot() } };

describe("the environment", () => {
  it("names the transport and the address", async () => {
    const env = { FOURWIRE_TRANSPORT: "zmq", FOURWIRE_ADDRESS: "tcp://127.0.0.1:0" };
    await using app = await configure({ proxy: { serve } }, { file: false, env });
    expect(app.resolve(TRANSPORT).name).toBe("zmq");
    expect(app.resolve(serverToken("robot")).address).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]/);
  });

  it("gives the key of all sessions", async () => {
    const env = { FOURWIRE_KEY: "a key of sixteen bytes" };
    await using network = memory();
    await using _app = await configure(
      { transport: network, address: "robot", proxy: { serve } },
      { file: false, env },
    );
    const connect = { transport: network, address: "robot", proxy: { connect: { robot: {} } } };
    await using _friend = await configure(connect, { file: false, env });
    expect(await rejection(configure(connect, aside))).toMatchObject({ cause: { code: "UNAUTHORIZED" } });
  });

  it("counts a variable without text as not set", async () => {
    const env = { FOURWIRE_TRANSPORT: "", FOURWIRE_CONFIG: "" };
    await using _app = await configure({}, { directory: tmpdir(), env });
  });

  it("is process.env unless another is given", async () => {
    process.env.FOURWIRE_TRANSPORT = "memory";
    try {
      await using app = await configure({}, { file: false });
      expect(app.resolve(TRANSPORT).name).toBe("memory");
    } finally {
      delete process.env.FOURWIRE_TRANSPORT;
    }
  });

  it("is named by the complaint about what it gives", async () => {
    const env = { FOURWIRE_TRANSPORT: "zmqq" };
    const error = await rejection(configure({}, { file: false, env }));
    expect(error.message).toContain('transport (from FOURWIRE_TRANSPORT): found "zmqq"; expected a transport');
  });

  it("is complained about when a variable is misspelt, unless it belongs to another tool", async () => {
    const env = { FOURWIRE_TRANPSORT: "zmq", FOURWIRE_ADDRES: "here", FOURWIRE_REPORTS: "/reports" };
    expect(await rejection(configure({}, { file: false, env }))).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [
        { message: 'unknown variable "FOURWIRE_TRANPSORT"; did you mean "FOURWIRE_TRANSPORT"?' },
        { message: 'unknown variable "FOURWIRE_ADDRES"; did you mean "FOURWIRE_ADDRESS"?' },
      ],
    });
  });
});

describe("a file", () => {
  it("is read as JSON", async () => {
    await using directory = await directoryWith({
      "fourwire.config.json": '{ "transport": "memory", "address": "a" }',
    });
    await using app = await configure({ proxy: { serve } }, { env: false, directory: directory.path });
    expect(app.resolve(serverToken("robot")).address).toBe("a");
  });

  it("is read as a module", async () => {
    const text = 'module.exports = { transports: { lab: "memory" } };';
    await using directory = await directoryWith({ "fourwire.config.js": text });
    await using app = await configure({}, { env: false, directory: directory.path });
    expect(app.resolve(transportToken("lab")).name).toBe("memory");
  });

  it("is the one that FOURWIRE_CONFIG names", async () => {
    await using directory = await directoryWith({ "lab.json": '{ "transport": "webSocket" }' });
    const env = { FOURWIRE_CONFIG: "lab.json" };
    await using app = await configure({}, { env, directory: directory.path });
    expect(app.resolve(TRANSPORT).name).toBe("webSocket");
  });

  it("is complained about when it is missing, though named", async () => {
    const start = configure({}, { env: false, file: "nowhere.json" });
    expect(await rejection(start)).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ source: "nowhere.json", message: "there is no such file" }],
    });
  });

  it("is complained about when there are two", async () => {
    await using directory = await directoryWith({ "fourwire.config.json": "{}", "fourwire.config.js": "" });
    const error = await rejection(configure({}, { env: false, directory: directory.path }));
    expect(error.message).toContain("there is a fourwire.config.json beside it");
  });

  it.each([
    ["fourwire.config.json", "[]", "expected an object"],
    ["fourwire.config.js", "module.exports = 5", "expected an object"],
    ["fourwire.config.js", "throw new RangeError('far too far')", "RangeError: far too far"],
  ])("is complained about when %s says %s", async (name, text, expected) => {
    await using directory = await directoryWith({ [name]: text });
    const error = await rejection(configure({}, { env: false, directory: directory.path }));
    expect(error).toMatchObject({ code: "CONFIG_INVALID" });
    expect(error.message).toContain(name);
    expect(error.message).toContain(expected);
  });

  it("is not repeated when it is malformed", async () => {
    const text = '{ "session": { "key": "hunter2-hunter2-hunter2" hunter3 } }';
    await using directory = await directoryWith({ "fourwire.config.json": text });
    const error = await rejection(configure({}, { env: false, directory: directory.path }));
    expect(error.message).toContain("fourwire.config.json): this is not JSON");
    expect(inspect(error)).not.toContain("hunter");
  });
});

it("a module is not quoted when it is malformed", async () => {
  const text = "module.exports = { key: 'hunter2-hunter2' hunter3 };";
  await using directory = await directoryWith({ "fourwire.config.js": text });
  const program = join(import.meta.dirname, "config-process.js");
  const child = spawn(process.execPath, [program, directory.path], { stdio: ["ignore", "pipe", "inherit"] });
  const shown = await readText(child.stdout);
  expect(shown).toContain("fourwire.config.js): this is not JavaScript");
  expect(shown).not.toContain("hunter");
});

describe("precedence", () => {
  const text = '{ "transport": "zmq", "address": "file", "proxy": { "serve": { "robot": { "address": "file" } } } }';

  it("is code, then environment, then file, value by value", async () => {
    await using directory = await directoryWith({ "fourwire.config.json": text });
    const env = { FOURWIRE_TRANSPORT: "memory", FOURWIRE_ADDRESS: "environment" };
    const options = { env, directory: directory.path };
    await using first = await configure({ proxy: { serve: { ...serve, arm: { object: new Robot() } } } }, options);
    expect(first.resolve(TRANSPORT).name).toBe("memory");
    expect(first.resolve(serverToken("robot")).address).toBe("file");
    expect(first.resolve(serverToken("arm")).address).toBe("environment");
    await using network = memory();
    const config = { transport: network, address: "code", proxy: { serve: { arm: { object: new Robot() } } } };
    const named = { ...config, proxy: { serve: { ...config.proxy.serve, ...serve } } };
    await using second = await configure(named, options);
    expect(second.resolve(serverToken("arm")).address).toBe("code");
    await using _proxy = await configure(
      { transport: network, proxy: { connect: { arm: { address: "code" } } } },
      aside,
    );
  });

  it("does not count what code leaves undefined", async () => {
    const env = { FOURWIRE_TRANSPORT: "memory" };
    await using app = await configure({ transport: undefined }, { file: false, env });
    expect(app.resolve(TRANSPORT).name).toBe("memory");
  });

  it("replaces the choice of a driver as a whole", async () => {
    const choice = '{ "transport": { "driver": "zmq", "options": { "keepaliveMs": 1 } } }';
    await using directory = await directoryWith({ "fourwire.config.json": choice });
    await using app = await configure(
      { transport: { driver: "webSocket" } },
      { env: false, directory: directory.path },
    );
    expect(app.resolve(TRANSPORT).recipe).toMatchObject({ export: "webSocket", options: {} });
  });

  it("keeps the identity of the object that code serves, whatever a file adds beside it", async () => {
    await using directory = await directoryWith({
      "fourwire.config.json": '{ "proxy": { "serve": { "robot": { "address": "file" } } } }',
    });
    const object = { count: 1 };
    await using app = await configure(
      { transport: memory(), proxy: { serve: { robot: { object } }, connect: { robot: { to: "robot" } } } },
      { env: false, directory: directory.path },
    );
    object.count = 2;
    expect(await app.resolve(proxyToken<typeof object>("robot")).count).toBe(2);
  });

  it("takes an object of the program's own as it is, whatever a file has in its place", async () => {
    const text = '{ "transport": {}, "proxy": { "serve": { "robot": { "object": { "count": 1 } } } } }';
    await using directory = await directoryWith({ "fourwire.config.json": text });
    await using transport = webSocket();
    await using app = await configure(
      { transport, proxy: { serve: { robot: { object: { greet: 1 } } } } },
      { env: false, directory: directory.path },
    );
    expect(app.resolve(TRANSPORT).recipe).toBe(transport.recipe);
  });

  it("refuses a key that would reach the prototype", async () => {
    await using directory = await directoryWith({ "fourwire.config.json": '{ "__proto__": { "address": "x" } }' });
    const error = await rejection(configure({ transport: "memory" }, { env: false, directory: directory.path }));
    expect(error.message).toContain('unknown key "__proto__"');
  });
});
