import { readdir, readFile, readlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { messagePortPair, pipePair } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serveState } from "../src/index.ts";
import { failure, stage, take } from "./fixture.ts";
import { sized } from "./size.ts";
import { redisServer, transports } from "./transports.ts";

/** Values that a hostile client may put wherever it likes. */
const anything = fc.oneof(
  fc.constantFrom<unknown>("default", "__proto__", "constructor", -1, 1.5, Number.NaN, 2 ** 53, null, undefined, []),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, maxDepth: 3 }),
  fc.array(fc.oneof(fc.nat({ max: 20 }), fc.constant("n"), fc.constant(["n"]), fc.constant({ is: "not" })), {
    maxLength: 5,
  }),
);

describe.each(transports)("a state over $name that a hostile client talks to", ({ create }) => {
  it("refuses what is malformed, and goes on for everybody else [zproc-17]", { timeout: 120_000 }, async () => {
    const transport = create();
    await using place = await stage({ transport, serve: { namespaces: { default: { initial: { n: 1 } } } } });
    const { state, server } = place;
    const watch = take(state.changes({ keys: ["after"] }), 1);
    const session = await openSession(transport, server.address);
    const call = (target: unknown, args: readonly unknown[]) =>
      session.call(target, args, { timeoutMs: 5_000 }).catch((error: unknown) => error);
    // Only COMMIT, ACT, CREATE, FORK and DELETE change anything, and none of them is allowed to who is nobody.
    const reading = fc.constantFrom<unknown>(1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 16, -1, "1", null, [1]);
    const requests = fc.tuple(
      reading,
      fc.oneof(fc.constant<unknown>("default"), anything),
      fc.array(anything, { maxLength: 4 }),
    );
    for (const [request, namespace, args] of fc.sample(requests, { numRuns: sized(200, 2_000), seed: 7 })) {
      // What does not even cross is refused here.
      void call([request, namespace], args);
    }
    for (const [, target, args] of fc.sample(requests, { numRuns: 50, seed: 8 })) void call(target, args);
    expect(await state.get("n")).toBe(1);
    expect(await call([2, "default"], [[[0, ["n"], 2]], 1])).toMatchObject({ code: "INVALID_VALUE" });
    await session.close();
    await state.set("after", 1);
    expect(await watch).toMatchObject([{ revision: 1 }]);
    expect((await state.snapshot()).value).toStrictEqual({ n: 1, after: 1 });
  });

  it("refuses what is too large, from its sender only [zproc-17]", async () => {
    await using place = await stage({ transport: create(), serve: { limits: { maxMessageBytes: 100_000 } } });
    const { state } = place;
    const other = await place.join();
    const woken = other.nextChange({ keys: ["after"] });
    expect(await failure(state.set("large", "x".repeat(200_000)))).toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(await failure(state.set("bytes", new Uint8Array(200_000)))).toMatchObject({ code: "LIMIT_EXCEEDED" });
    await state.set("after", 1);
    expect(await woken).toMatchObject({ revision: 1 });
    expect(await other.keys()).toStrictEqual(["after"]);
  });

  it("outlives bytes that are no message at all [zproc-17]", async () => {
    const transport = create();
    await using place = await stage({ transport });
    const { state, server } = place;
    for (const bytes of fc.sample(fc.uint8Array({ maxLength: 200 }), { numRuns: 20, seed: 9 })) {
      const channel = await transport.connect(server.address);
      await channel.send([bytes]).catch(() => undefined);
      await channel.closed;
    }
    await state.set("n", 1);
    expect(await state.get("n")).toBe(1);
  });

  it("refuses a client of another version, and says which are meant [zproc-15]", async () => {
    const transport = create();
    await using place = await stage({ transport });
    const session = await openSession(transport, place.server.address);
    const refused = await failure(session.call([0, ""], [new Uint8Array(16), undefined, 99]));
    expect(refused).toMatchObject({ code: "UNSUPPORTED_VERSION", message: expect.stringContaining("99") });
    await session.close();
    expect(await place.state.size()).toBe(0);
  });
});

/** Lists the addresses at which this process listens, in the kernel's hexadecimal digits. */
async function listening(): Promise<readonly string[]> {
  const own = new Set<string>();
  for (const descriptor of await readdir("/proc/self/fd")) {
    const target = await readlink(`/proc/self/fd/${descriptor}`).catch(() => "");
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode) own.add(inode);
  }
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/self/net/${name}`, "utf8")));
  const rows = tables.flatMap((table) => table.split("\n").slice(1)).map((row) => row.trim().split(/\s+/));
  const LISTEN = "0A";
  return rows.flatMap(([, local = "", , state, , , , , , inode = ""]) =>
    state === LISTEN && own.has(inode) ? [local.split(":")[0] ?? ""] : [],
  );
}

describe.runIf(process.platform === "linux")("a state that is served", () => {
  const LOOPBACK = "0100007F";

  it.each<[string, () => Transport, string | undefined, readonly string[]]>([
    ["tcp", () => zmq(), "tcp://127.0.0.1:0", [LOOPBACK]],
    ["ipc", () => zmq(), `ipc://${join(tmpdir(), `fourwire-state-${process.pid}`)}`, []],
    ["ws", () => webSocket(), "ws://127.0.0.1:0", [LOOPBACK]],
    ["redis", () => redis({ url: redisServer.url }), "state", []],
    ["memory", () => memory(), "state", []],
    ["pipe", () => pipePair(), undefined, []],
    ["message port", () => messagePortPair(), undefined, []],
  ])("by %s listens where it was asked to, and nowhere else [zproc-16]", async (_, create, address, expected) => {
    const before = await listening();
    const transport = create();
    await using server = await serveState({ transport, address });
    expect(server.address).toBeTruthy();
    expect((await listening()).slice(before.length)).toStrictEqual(expected);
    await server.close();
    await transport.close();
    expect(await listening()).toStrictEqual(before);
  });
});
