import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { connectState, memoryStore, serveState, where } from "../src/index.ts";
import { type Anything, failure, turns, until } from "./fixture.ts";
import { sized } from "./size.ts";
import { drawStays, rebuild } from "./watcher.ts";

const reconnect = { windowMs: 60_000, minDelayMs: 2, maxDelayMs: 20 };

describe("a state whose links break", () => {
  it("gives every watcher every revision once and in order, also those who leave and come back, while four write [zproc-3]", {
    timeout: 600_000,
  }, async () => {
    const changes = sized(8_000, 100_000);
    const transport = memory();
    await using server = await serveState({ transport, maxLogEntries: changes + 1 });
    const connect = () => connectState<Anything>(server.address, { transport, reconnect });
    const writers = await Promise.all(Array.from({ length: 4 }, connect));
    const watchers = await Promise.all(Array.from({ length: 8 }, connect));
    let over = false;
    const watching = watchers.map((watcher, index) =>
      rebuild(watcher, changes, index % 2 === 0 ? drawStays(index) : [changes].values()),
    );
    const writing = writers.map(async (writer, index) => {
      for (let done = 0; done < changes / 4; done += 50) {
        await Promise.all(
          Array.from({ length: 50 }, (_, each) => writer.set(`key-${(index + each) % 7}`, [index, done + each])),
        );
      }
    });
    const cutting = (async () => {
      const observer = await connect();
      while (!over) {
        const { revision } = await observer.head();
        await observer.nextChange({ since: revision + 100, timeoutMs: 500 }).catch(() => undefined);
        transport.faults.cut();
      }
      await observer.close();
    })();
    const rebuilt = await Promise.all(watching);
    await Promise.all(writing);
    over = true;
    await cutting;
    const { value, revision } = await (writers[0] ?? expect.fail()).snapshot();
    expect(revision).toBe(changes);
    for (const values of rebuilt) expect(values).toStrictEqual(value);
    await Promise.all([...writers, ...watchers].map((client) => client.close()));
  });
});

/** Ends an authority without a word to anybody, runs something, and starts another one. */
async function restart(
  transport: ReturnType<typeof memory>,
  server: AsyncDisposable,
  begin: () => Promise<AsyncDisposable>,
  meanwhile: () => void = () => undefined,
): Promise<AsyncDisposable> {
  transport.faults.set({ refusal: 1 });
  transport.faults.cut();
  meanwhile();
  await server[Symbol.asyncDispose]();
  const next = await begin();
  transport.faults.heal();
  return next;
}

describe("a state whose authority restarts", () => {
  it("applies a write that is repeated once, also when it was applied before [zproc-24]", async () => {
    const transport = memory();
    const inner = memoryStore();
    let kept = 0;
    let hold: Promise<void> | undefined;
    const store = {
      ...inner,
      async commit(...[writes, fence]: Parameters<typeof inner.commit>) {
        await inner.commit(writes, fence);
        kept += 1;
        await hold;
      },
    };
    const begin = () => serveState({ transport, address: "state", store });
    let server: AsyncDisposable = await begin();
    await using state = await connectState<Anything>("state", { transport, reconnect });
    await state.set("n", 0);
    const before = kept;
    let release = (): void => undefined;
    hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sum = state.increment("n");
    const taken = state.take("missing");
    // It is kept, but its answer never leaves.
    await until(() => kept > before);
    server = await restart(transport, server, begin, () => {
      hold = undefined;
      release();
    });
    expect(await sum).toBe(1);
    expect(await taken).toBeUndefined();
    expect(await state.get("n")).toBe(1);
    await state[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it("says so when nobody can tell whether a write was applied, and begins a new history", async () => {
    const transport = memory();
    const begin = () => serveState({ transport, address: "state" });
    let server: AsyncDisposable = await begin();
    await using state = await connectState<Anything>("state", { transport, reconnect });
    await state.set("n", 1);
    const { epoch } = await state.head();
    await using _replica = await state.follow();
    const waiting = failure(state.nextChange());
    const met = state.until(where("n").equals(7));
    await state.head();
    transport.faults.halfOpen();
    const lost = failure(state.increment("n"));
    // It leaves before the link breaks.
    await turns();
    server = await restart(transport, server, begin);
    expect(["OUTCOME_UNKNOWN", undefined]).toContain((await lost).code);
    expect(await waiting).toMatchObject({ code: "EPOCH_CHANGED" });
    expect(await failure(met)).toMatchObject({ code: "EPOCH_CHANGED" });
    expect((await state.head()).epoch).not.toBe(epoch);
    await state.set("n", 3);
    await until(() => state.view.n === 3);
    await state.close();
    await server[Symbol.asyncDispose]();
  });

  it("asks nothing about namespaces that could not be opened", async () => {
    const transport = memory();
    const asked = new Set<string>();
    const authorize = ({ subject }: { readonly subject: string }): boolean => {
      asked.add(subject);
      return true;
    };
    const begin = () => serveState({ transport, address: "state", authorize });
    const server = await begin();
    await using state = await connectState<Anything>("state", { transport, reconnect });
    for (const name of ["one", "two"]) {
      expect(await failure(state.open(name))).toMatchObject({ code: "NAMESPACE_NOT_FOUND" });
    }
    expect(asked).toContain("two");
    asked.clear();
    const next = await restart(transport, server, begin);
    await state.get("a");
    expect([...asked]).toStrictEqual(["", "default"]);
    await state.close();
    await next[Symbol.asyncDispose]();
  });
});
