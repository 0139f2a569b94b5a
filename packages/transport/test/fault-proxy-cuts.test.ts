import { spawn } from "node:child_process";
import { once } from "node:events";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { describe, expect, it } from "vitest";
import { connectTo, letThingsArrive, startEcho } from "./fault-proxy-fixture.ts";

describe("cuts", () => {
  it("cuts as often as asked, each time a connection, and lets what is between pass", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address, { seed: 7 });
    let isOver = false;
    const cutting = proxy.cuts(30, { everyMs: [1, 5] }).finally(() => {
      isOver = true;
    });
    let lives = 0;
    while (!isOver) {
      await using peer = await connectTo(proxy);
      await Promise.race([peer.closed, cutting]);
      lives += 1;
    }
    await cutting;
    expect(lives).toBe(30);
    expect(proxy.stats).toMatchObject({ accepted: 30, cuts: 30 });
    expect(proxy.connections).toBe(0);
  });

  it("waits for a connection that it can cut", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    const cutting = proxy.cuts(1, { everyMs: 0 });
    await letThingsArrive();
    expect(proxy.stats.cuts).toBe(0);
    await using peer = await connectTo(proxy);
    expect(await peer.closed).toBe("ECONNRESET");
    await cutting;
    expect(proxy.stats.cuts).toBe(1);
  });

  it("cuts nothing when asked for nothing", async () => {
    await using proxy = await faultProxy("tcp://127.0.0.1:5555");
    await proxy.cuts(0, { everyMs: 0 });
    await expect(proxy.cuts(-1, { everyMs: 0 })).rejects.toThrow("count");
    await expect(proxy.cuts(1, { everyMs: [2, 1] })).rejects.toThrow("everyMs");
  });

  it("ends with its signal, whether it waits for a connection or for the time", async () => {
    await using echo = await startEcho();
    await using proxy = await faultProxy(echo.address);
    const reason = new Error("enough");
    await expect(proxy.cuts(1, { everyMs: 0, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const ending = new AbortController();
    const waitingForPeer = expect(proxy.cuts(1, { everyMs: 0, signal: ending.signal })).rejects.toBe(reason);
    ending.abort(reason);
    await waitingForPeer;
    await using peer = await connectTo(proxy);
    await peer.echo("linked");
    const later = new AbortController();
    const waitingForTime = expect(proxy.cuts(1, { everyMs: 1_000_000, signal: later.signal })).rejects.toBe(reason);
    await letThingsArrive();
    later.abort(reason);
    await waitingForTime;
    expect(await peer.echo("unharmed")).toBe("unharmed");
  });

  it("ends with the proxy", async () => {
    await using echo = await startEcho();
    const proxy = await faultProxy(echo.address);
    await using peer = await connectTo(proxy);
    await peer.echo("linked");
    const cutting = expect(proxy.cuts(1, { everyMs: 1_000_000 })).rejects.toMatchObject({ code: "CLOSED" });
    await proxy.close();
    await cutting;
    await expect(proxy.cuts(1, { everyMs: 0 })).rejects.toMatchObject({ code: "CLOSED" });
  });
});

it("keeps no process alive once it is closed, whatever was going on", async () => {
  const program = `
    import { once } from "node:events";
    import { connect, createServer } from "node:net";
    import { faultProxy } from "@fourwire/transport/fault-proxy";
    const server = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = await faultProxy({ host: "127.0.0.1", port: server.address().port });
    const open = async () => {
      const socket = connect(proxy.port, proxy.host);
      socket.on("error", () => undefined).write("hello");
      await once(socket, "data");
      return socket;
    };
    const halfOpen = await open();
    proxy.halfOpen();
    const busy = await open();
    const cutting = proxy.cuts(5, { everyMs: 1_000_000 }).catch((error) => error.code);
    proxy.delay(1_000_000);
    proxy.throttle(1);
    busy.write(Buffer.alloc(1_000_000));
    connect(proxy.port, proxy.host).on("error", () => undefined);
    await once(process.stdin, "data");
    await proxy.close();
    server.close();
    process.stdin.destroy();
    process.stdout.write(await cutting);
  `;
  // The built package, as users have it: Node by itself reads no TypeScript.
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { cwd: import.meta.dirname });
  child.stderr.pipe(process.stderr);
  child.stdin.write("go");
  const written = once(child.stdout, "data");
  const exited = once(child, "exit");
  expect(String(await written)).toBe("CLOSED");
  expect(await exited).toEqual([0, null]);
});
