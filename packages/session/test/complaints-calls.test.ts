import type { Transport } from "@fourwire/transport";
import { describe, expect, it } from "vitest";
import { callContext, openSession, type Session, SessionError } from "../src/index.ts";
import { block } from "./busy-loop.ts";
import { aborted, converse, deferred, failure, until } from "./fixture.ts";
import { startPeer } from "./peer.ts";
import { tap } from "./tap.ts";
import { transports } from "./transports.ts";

const never = (): Promise<never> => new Promise(() => undefined);

describe.each(transports)("over $name", ({ create }) => {
  it("complaint 6: a timeout tells how long this end's event loop was busy meanwhile", async () => {
    await using conversation = await converse({ transport: create(), functions: { never } });
    const blocked = failure(conversation.client.call("never", [], { timeoutMs: 200 }));
    block(400);
    const { message } = await blocked;
    const [, busyMs, waitedMs] = /busy for (\d+) of (\d+) ms\)$/.exec(message) ?? [];
    expect(message).toMatch(/^"never" gave no answer in 200 ms \(this end's event loop was /);
    expect(Number(busyMs)).toBeGreaterThanOrEqual(400);
    expect(Number(waitedMs)).toBeGreaterThanOrEqual(Number(busyMs));
  });

  it("complaint 6: a block that ended before the deadline is told, too", async () => {
    await using conversation = await converse({ transport: create(), functions: { never } });
    const blocked = failure(conversation.client.call("never", [], { timeoutMs: 500 }));
    await new Promise<void>((resolve) => setImmediate(resolve));
    block(200);
    const [, busyMs] = /busy for (\d+) of/.exec((await blocked).message) ?? [];
    expect(Number(busyMs)).toBeGreaterThanOrEqual(199);
  });

  it("complaint 26: aborting one call leaves its neighbours alone", async () => {
    const started = deferred();
    const stopped: unknown[] = [];
    const finish = deferred();
    let running = 0;
    const functions = {
      work: async (number: number) => {
        const { signal } = callContext();
        running += 1;
        if (running === 100) started.resolve();
        await Promise.race([aborted(signal).then(() => stopped.push(number)), finish.promise]);
        return number;
      },
    };
    await using conversation = await converse({ transport: create(), functions });
    const controllers = Array.from({ length: 100 }, () => new AbortController());
    const calls = controllers.map(({ signal }, index) => conversation.client.call("work", [index], { signal }));
    const settled = Promise.allSettled(calls);
    await started.promise;
    const reason = new Error("only this one");
    controllers[42]?.abort(reason);
    await until(() => stopped.length > 0);
    finish.resolve();
    const results = await settled;
    expect(results[42]).toStrictEqual({ status: "rejected", reason });
    expect(stopped).toStrictEqual([42]);
    const others = results.filter((_, index) => index !== 42);
    expect(others.every(({ status }) => status === "fulfilled")).toBe(true);
  });

  it("complaint 28: one link carries calls, notifications and streams of both ends", async () => {
    let connects = 0;
    const transport = countConnects(create(), () => (connects += 1));
    const heard: string[] = [];
    const serve = (name: string) => ({
      greet: (other: string) => `${name} greets ${other}`,
      note: (text: string) => heard.push(`${name} heard ${text}`),
      async *count(limit: number) {
        for (let value = 0; value < limit; value += 1) yield `${name} ${value}`;
      },
    });
    const handler = { call: runOf(serve("client")), notify: runOf(serve("client")) };
    await using conversation = await converse({
      transport,
      functions: serve("server"),
      open: { handler: () => handler },
    });
    const { client, served } = conversation;
    const both = await Promise.all([useAll(client, "client"), useAll(served, "server")]);
    expect(both).toStrictEqual([
      ["server greets client", "server 0", "server 1"],
      ["client greets server", "client 0", "client 1"],
    ]);
    expect(heard.sort()).toStrictEqual(["client heard server", "server heard client"]);
    expect([connects, conversation.server.sessions.size]).toStrictEqual([1, 1]);
  });
});

it("complaint 6: a timeout of an idle end blames nobody", async () => {
  await using peer = await startPeer();
  const zmqCase = transports.find(({ name }) => name === "zmq");
  if (!zmqCase) throw new Error("There is no zmq");
  await using transport = zmqCase.create();
  await using client = await openSession(transport, peer.address);
  const error = await failure(client.call("never", [], { timeoutMs: 50 }));
  expect(error).toBeInstanceOf(SessionError);
  expect(error.message).toBe('"never" gave no answer in 50 ms');
});

/** Uses everything that the far end serves. */
async function useAll(session: Session, name: string): Promise<unknown[]> {
  session.notify("note", [name]);
  const results: unknown[] = [await session.call("greet", [name])];
  const stream = (await session.call("count", [2])) as AsyncIterable<string>;
  for await (const value of stream) results.push(value);
  return results;
}

function runOf(functions: Readonly<Record<string, (...args: never[]) => unknown>>) {
  return (target: unknown, args: readonly unknown[]): unknown =>
    Reflect.apply(functions[String(target)] ?? never, undefined, args);
}

/** Counts the channels that are opened. */
function countConnects(transport: Transport, count: () => void): Transport {
  const watched = tap(transport, {});
  return {
    ...watched,
    connect: (address, options) => {
      count();
      return watched.connect(address, options);
    },
  };
}
