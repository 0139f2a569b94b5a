import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { accept, read, receive, rejectsWith, text } from "@fourwire/transport/conformance";
import { pipe } from "@fourwire/transport/pipe";
import { describe, expect, it } from "vitest";
import { owning, socketPair } from "../src/conformance/socket-pair.ts";
import { startChild } from "./pipe-child.ts";

const MIB = 1024 * 1024;
const PROMPTLY_MS = 1_000;

/** What each end writes first, and a message's part after its id, in bytes. */
const hello: readonly number[] = [0, 0, 0, 5, 0, 0, 0, 0, 1];
const oneEmptyFrame: readonly number[] = [0, 0, 0, 1, 0, 0, 0, 0];

describe("a pipe to a child", () => {
  it("connects before the child has started up", async () => {
    const { child, kill } = startChild("echo", "calculator");
    await using transport = pipe(child);
    const channel = await transport.connect("calculator");
    await channel.send(text("one", "two"));
    expect(read(await receive(channel))).toBe("one|two");
    await rejectsWith("REFUSED", transport.connect("elsewhere"));
    await kill();
  });

  it("is built at the child by its recipe", async () => {
    const { child, kill } = startChild("echo", "calculator");
    await using transport = pipe(child, { fd: 3, maxMessageBytes: MIB });
    expect(transport.recipe).toEqual({
      module: "@fourwire/transport/pipe",
      export: "pipe",
      options: { fd: 3, maxMessageBytes: MIB },
    });
    await kill();
  });

  it("ends its channels with LOST at once when the child is killed", async () => {
    const { child, kill } = startChild("echo", "calculator");
    await using transport = pipe(child);
    const channel = await transport.connect("calculator");
    const before = performance.now();
    await kill();
    expect(await channel.closed).toMatchObject({ code: "LOST", message: "The far end of the pipe is gone" });
    expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
    await rejectsWith("CLOSED", transport.connect("calculator"));
    await rejectsWith("CLOSED", transport.listen("answers"));
  });

  it("is closed when the child ends without ever opening it", async () => {
    const child = spawn(process.execPath, ["-e", ""], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    await using transport = pipe(child);
    await rejectsWith("CLOSED", transport.connect("calculator"));
  });

  it("ends its listener's iteration when the child is gone", async () => {
    const { child, kill } = startChild("idle", "meeting-place");
    await using transport = pipe(child);
    const listener = await transport.listen("meeting-place");
    await accept(listener);
    const waiting = listener[Symbol.asyncIterator]().next();
    await kill();
    expect((await waiting).done).toBe(true);
  });

  it("lets a child that closed its channel end by itself", async () => {
    const { child, exited } = startChild("leave", "meeting-place");
    await using transport = pipe(child);
    const channel = await accept(await transport.listen("meeting-place"));
    expect(read(await receive(channel))).toBe("bye");
    expect(await channel.closed).toBeUndefined();
    expect(await exited).toBe(0);
  });

  it("keeps a child alive by an idle channel, and no longer once that is closed", async () => {
    const { child, exited } = startChild("idle", "meeting-place");
    await using transport = pipe(child);
    const channel = await accept(await transport.listen("meeting-place"));
    // As long as another child takes to start up and end.
    await once(spawn(process.execPath, ["-e", ""]), "exit");
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    await channel.close();
    expect(await exited).toBe(0);
  });

  it("tells a busy child that its parent was killed", async () => {
    const { child: parent } = startChild("parent", "meeting-place");
    const lines = createInterface({ input: parent.stdout ?? expect.fail("The parent has no output") });
    const said = lines[Symbol.asyncIterator]();
    expect((await said.next()).value).toMatch(/^met \d+$/);
    parent.kill("SIGKILL");
    expect((await said.next()).value).toBe("ended with LOST");
    // The output ends when the last process that holds it has ended: the grandchild, by itself.
    expect((await said.next()).done).toBe(true);
  });

  it("ends with a clear reason when the child writes what is no message", async () => {
    const { child } = startChild("garbage");
    await using transport = pipe(child);
    const refusal = await transport.connect("calculator").catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "CLOSED", message: expect.stringContaining("more than the") });
  });
});

describe("a pipe", () => {
  it.each([
    ["the far end's greeting has another version", [0, 0, 0, 5, 0, 0, 0, 0, 9], "speaks version 9"],
    ["it does not begin with a greeting", [0, 0, 0, 6, 1, 0, 0, 0, 1, 65], "does not speak this driver's protocol"],
    ["the kind is unknown", [0, 0, 0, 5, 77, 0, 0, 0, 1], "not a message of this driver"],
    ["it is too short", [0, 0, 0, 1, 0], "not a message of this driver"],
    ["it is too long", [255, 255, 255, 255, 0], "more than the"],
    ["a message comes for no channel", [...hello, 0, 0, 0, 13, 4, 0, 0, 0, 7, ...oneEmptyFrame], "not open"],
    ["frames do not add up", [...hello, 0, 0, 0, 9, 4, 0, 0, 0, 7, 0, 0, 0, 9], "do not add up"],
    [
      "there are more frames than a message may have",
      [...hello, 0, 0, 0, 9, 4, 0, 0, 0, 7, 0, 1, 0, 1],
      "65537 frames exceeds the limit of 65536",
    ],
    ["an answer comes to nothing asked", [...hello, 0, 0, 0, 5, 2, 255, 255, 255, 1], "not asked for"],
  ])("ends and says why when %s", async (_, bytes, reason) => {
    const { near, far } = socketPair();
    await using transport = pipe(owning(near));
    const listener = await transport.listen("meeting-place");
    const connecting = transport.connect("anything").catch((error: unknown) => error);
    (await far).write(Uint8Array.from(bytes));
    expect(await connecting).toMatchObject({ code: "CLOSED", message: expect.stringContaining(reason) });
    expect((await listener[Symbol.asyncIterator]().next()).done).toBe(true);
  });

  it("ends an open channel with LOST when garbage follows", async () => {
    const { near, far } = socketPair();
    const socket = await far;
    await using transport = pipe(owning(near));
    await using other = pipe(owning(socket));
    const [channel] = await Promise.all([other.connect("here"), transport.listen("here")]);
    near.write("no message of this driver, but many letters");
    expect(await channel.closed).toMatchObject({ code: "LOST", message: expect.stringContaining("more than the") });
  });

  it("lets either end connect to the other, several times and at the same names", async () => {
    const { near, far } = socketPair();
    await using one = pipe(owning(near));
    await using other = pipe(owning(await far));
    const listeners = await Promise.all([one.listen("same"), other.listen("same")]);
    const channels = await Promise.all([one.connect("same"), other.connect("same"), one.connect("same")]);
    for (const [index, channel] of channels.entries()) await channel.send(text(String(index)));
    const [atOne, atOther] = listeners;
    expect(read(await receive(await accept(atOne)))).toBe("1");
    expect(read(await receive(await accept(atOther)))).toBe("0");
    expect(read(await receive(await accept(atOther)))).toBe("2");
  });

  it("makes a sender wait while the far end does not read", async () => {
    const { near, far } = socketPair();
    const socket = await far;
    await using one = pipe(owning(near), { maxMessageBytes: MIB });
    await using other = pipe(owning(socket));
    const listener = await other.listen("here");
    const channel = await one.connect("here");
    const reader = await accept(listener);
    socket.pause();
    let accepted = 0;
    const sending = (async () => {
      for (let count = 0; count < 5_000; count += 1) {
        await channel.send([new Uint8Array(4_096)]);
        accepted += 1;
      }
    })();
    while (!near.writableNeedDrain) await new Promise((resolve) => setImmediate(resolve));
    // The kernel's buffers and the socket's own take some; the rest waits at the sender.
    expect(accepted).toBeLessThan(1_000);
    socket.resume();
    for (let count = 0; count < 5_000; count += 1) expect((await receive(reader))?.[0]?.byteLength).toBe(4_096);
    await sending;
  });

  it("closes in time though the far end does not read", async () => {
    const { near, far } = socketPair();
    await far;
    await using transport = pipe(owning(near), { closeTimeoutMs: 50 });
    await transport.listen("here");
    const connecting = transport.connect("there").catch((error: unknown) => error);
    await transport.close();
    expect(await connecting).toMatchObject({ code: "CLOSED" });
    expect(near.destroyed).toBe(true);
  });

  it("refuses after connectTimeoutMs when the far end does not answer", async () => {
    const { near, far } = socketPair();
    await far;
    await using transport = pipe(owning(near), { connectTimeoutMs: 20 });
    await expect(transport.connect("there")).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("20 ms (connectTimeoutMs)"),
    });
  });

  it("refuses a channel beyond maxChannels, and others go on", async () => {
    const { near, far } = socketPair();
    await using one = pipe(owning(near));
    await using other = pipe(owning(await far), { maxChannels: 2 });
    await other.listen("here");
    const [first] = [await one.connect("here"), await one.connect("here")];
    await expect(one.connect("here")).rejects.toMatchObject({ message: expect.stringContaining("maxChannels") });
    await first.close();
    await one.connect("here");
  });

  it("gives up a channel whose connect was aborted, whenever the answer comes", async () => {
    const { near, far } = socketPair();
    await using one = pipe(owning(near));
    await using other = pipe(owning(await far));
    const aborting = new AbortController();
    const connecting = one.connect("here", { signal: aborting.signal }).catch((error: unknown) => error);
    aborting.abort(new Error("changed my mind"));
    expect(await connecting).toEqual(new Error("changed my mind"));
    const listener = await other.listen("here");
    const abandoned = await accept(listener);
    expect(await abandoned.closed).toBeUndefined();
    const channel = await one.connect("here");
    await channel.send(text("next"));
    expect(read(await receive(await accept(listener)))).toBe("next");
  });

  it("names the option that is wrong", () => {
    expect(() => pipe({ stdio: [null, null, null] })).toThrow(/stdio\[3\] \(fd\)/);
    expect(() => pipe({ fd: 60_000 })).toThrow(/60000 \(fd\)/);
    expect(() => pipe(owning(socketPair().near), { maxMessageBytes: 0 })).toThrow(/maxMessageBytes/);
    expect(() => pipe(owning(socketPair().near), { closeTimeoutMs: -1 })).toThrow(/closeTimeoutMs/);
  });
});

it("lets a parent end by itself once its channels are closed, though the child lives on", async () => {
  const script = `
    import { spawn } from "node:child_process";
    import { pipe } from "@fourwire/transport/pipe";
    const child = spawn(process.execPath, [${JSON.stringify(fileURLToPath(new URL("peer-process.js", import.meta.url)))}, "echo", "here"],
      { stdio: ["ignore", "ignore", "inherit", "pipe"] });
    child.unref();
    const channel = await pipe(child).connect("here");
    await channel.close();
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    stdio: ["ignore", "inherit", "inherit"],
  });
  expect(await once(parent, "exit")).toEqual([0, null]);
});
