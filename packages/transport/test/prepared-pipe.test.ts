import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { read, receive, rejectsWith, text } from "@fourwire/transport/conformance";
import { preparePipe } from "@fourwire/transport/pipe";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startChild } from "./pipe-child.ts";

const MIB = 1024 * 1024;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a pipe that is prepared", () => {
  it("carries small and large messages to a child that is spawned afterwards, and back", async () => {
    using prepared = await preparePipe();
    const { child, kill } = startChild("echo", "calculator", prepared.stdio);
    await using transport = prepared.open(child);
    const channel = await transport.connect("calculator");
    await channel.send(text("one", "two"));
    expect(read(await receive(channel))).toBe("one|two");
    const large = new Uint8Array(8 * MIB).map((_, index) => index % 251);
    await channel.send([large]);
    const echoed = await receive(channel);
    expect(Buffer.compare(Buffer.concat([...(echoed ?? [])]), large)).toBe(0);
    await channel.send(text("three"));
    expect(read(await receive(channel))).toBe("three");
    await kill();
    expect(await channel.closed).toMatchObject({ code: "LOST", message: "The far end of the pipe is gone" });
  });

  it("is closed when the child ends without ever opening it, as nobody else holds the child's end", async () => {
    using prepared = await preparePipe();
    const child = spawn(process.execPath, ["-e", ""], { stdio: ["ignore", "ignore", "ignore", prepared.stdio] });
    await using transport = prepared.open(child);
    await rejectsWith("CLOSED", transport.connect("calculator"));
  });

  it("has a recipe, and leaves nothing among the temporary files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "prepared-pipe-"));
    vi.stubEnv("TMPDIR", folder);
    using prepared = await preparePipe({ fd: 3, maxMessageBytes: MIB });
    const { child, kill } = startChild("echo", "calculator", prepared.stdio);
    await using transport = prepared.open(child);
    expect(transport.recipe).toEqual({
      module: "@fourwire/transport/pipe",
      export: "pipe",
      options: { fd: 3, maxMessageBytes: MIB },
    });
    expect(prepared.stdio).not.toBe(process.platform === "win32" ? undefined : "overlapped");
    expect(readdirSync(folder)).toEqual([]);
    rmdirSync(folder);
    await kill();
  });

  it("lets go of both sockets when it is not opened", async () => {
    const prepared = await preparePipe();
    const { stdio } = prepared;
    prepared[Symbol.dispose]();
    expect(stdio instanceof Socket && stdio.destroyed).toBe(process.platform !== "win32");
  });

  it("is a pipe from the child's stdio where there is no place for temporary files", async () => {
    vi.stubEnv("TMPDIR", "/nowhere/at/all");
    using prepared = await preparePipe();
    expect(prepared.stdio).toBe("overlapped");
    const { child, kill } = startChild("echo", "calculator", prepared.stdio);
    await using transport = prepared.open(child);
    const channel = await transport.connect("calculator");
    await channel.send(text("one"));
    expect(read(await receive(channel))).toBe("one");
    await kill();
  });

  it("rejects options that make no sense", async () => {
    await expect(preparePipe({ maxMessageBytes: -1 })).rejects.toThrow(TypeError);
  });
});
