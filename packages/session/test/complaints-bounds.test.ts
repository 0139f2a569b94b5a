import { spawn } from "node:child_process";
import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { accept, text } from "@fourwire/transport/conformance";
import { describe, expect, it } from "vitest";
import { converse, deferred, turns, until } from "./fixture.ts";
import { plainEnvironment } from "./peer.ts";
import { transports } from "./transports.ts";

/** Counts the timers that keep this process alive. */
function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

/** Finds the engine's collector of garbage. */
function createCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

describe.each(transports)("over $name", ({ create }) => {
  it("complaint 8: thousands of deadlines hold one timer at each end, and none once the session is closed", async () => {
    const finish = deferred();
    const before = countTimers();
    const conversation = await converse({ transport: create(), functions: { wait: () => finish.promise } });
    const calls = Array.from({ length: 5_000 }, (_, number) =>
      conversation.client.call("wait", [], { timeoutMs: 30_000 + (number % 50) }),
    );
    await until(() => conversation.served.stats().servedCalls === 5_000);
    // The others are for what closing and acknowledging wait for.
    expect(countTimers() - before).toBeLessThanOrEqual(4);
    finish.resolve();
    await Promise.all(calls);
    await conversation[Symbol.asyncDispose]();
    expect(countTimers()).toBeLessThanOrEqual(before);
  });

  it("complaint 8: a call that was answered keeps nothing until its deadline", async () => {
    const collect = createCollector();
    await using conversation = await converse({ transport: create() });
    const { client } = conversation;
    const kept: WeakRef<object>[] = [];
    const call = async (number: number): Promise<void> => {
      const { signal } = new AbortController();
      const answer = client.call("echo", [{ number }], { timeoutMs: 600_000, signal });
      kept.push(new WeakRef(answer), new WeakRef(signal), new WeakRef(Object(await answer)));
    };
    for (let number = 0; number < 500; number += 1) await call(number);
    await client.call("echo", [{ number: "the last, which may still be at hand" }]);
    await until(() => {
      collect();
      return kept.filter((each) => each.deref()).length <= 3;
    });
  });

  it("complaint 20: a producer runs ahead of its reader by the credit and no further", async () => {
    let produced = 0;
    const stopped = deferred();
    const functions = {
      async *flood(bytes: number) {
        try {
          for (;;) {
            produced += 1;
            yield "x".repeat(bytes);
          }
        } finally {
          stopped.resolve();
        }
      },
    };
    const limits = { streamItems: 32, streamBytes: 100_000 };
    await using conversation = await converse({ transport: create(), functions, open: { limits } });
    const { client, served } = conversation;
    for (const [bytes, ahead] of [
      [100, limits.streamItems],
      // The last one may go although it is larger than what is left.
      [30_000, limits.streamBytes / 30_000 + 1],
    ] as const) {
      produced = 0;
      const stream = (await client.call("flood", [bytes])) as AsyncIterableIterator<string>;
      for (let read = 1; read <= 50; read += 1) {
        await stream.next();
        if (read % 10 !== 0) continue;
        await client.ping();
        await turns(20);
        expect(produced - read).toBeLessThanOrEqual(ahead);
        const { queuedBytes, unacknowledgedBytes } = served.stats();
        expect(queuedBytes + unacknowledgedBytes).toBeLessThan(limits.streamBytes * 2);
      }
      await stream.return?.();
    }
    await stopped.promise;
  });

  it("complaint 21: sends that nobody waits for between them are sent, in order, both ways at once", async () => {
    await using transport = create();
    const listener = await transport.listen();
    const channel = await transport.connect(listener.address);
    const far = await accept(listener);
    const total = 1_000;
    const sends = [channel, far].flatMap((end) =>
      Array.from({ length: total }, (_, number) => end.send(text(String(number)))),
    );
    const expected = Array.from({ length: total }, (_, number) => String(number));
    for (const end of [channel, far]) {
      const received: string[] = [];
      for await (const [frame] of end) {
        received.push(new TextDecoder().decode(frame));
        if (received.length === total) break;
      }
      expect(received).toStrictEqual(expected);
    }
    expect(await Promise.all(sends)).toHaveLength(2 * total);
  });
});

/** Uses everything over memory, and prints what was answered and how many native libraries are loaded. */
const usesMemory = `
  import { connect, serve } from "@fourwire/proxy";
  import { createRequester, serveRequests } from "@fourwire/session";
  import { memory } from "@fourwire/transport/memory";
  const transport = memory();
  const server = await serve({ add: 1 }, "numbers", { transport });
  const proxy = await connect("numbers", { transport });
  const requests = await serveRequests(transport, "requests", (request) => request);
  const requester = await createRequester(transport, "requests");
  const answers = [await proxy.add, await requester.request(2)];
  for (const each of [requester, requests, proxy, server]) await each[Symbol.asyncDispose]();
  const { sharedObjects } = process.report.getReport();
  console.log(JSON.stringify([answers, sharedObjects.filter((name) => name.endsWith(".node")).length]));
`;

it("complaint 30: a program that uses memory alone loads no native code", async () => {
  expect(await printed(usesMemory)).toStrictEqual([[1, 2], 0]);
});

it("complaint 30: native code would be seen, as that of ZeroMQ is", async () => {
  expect(await printed(`import "@fourwire/transport-zmq"; ${usesMemory}`)).toStrictEqual([[1, 2], 1]);
});

/** Runs a program with the built packages, and returns what it printed. */
async function printed(program: string): Promise<unknown> {
  const args = ["--input-type=module", "--eval", program];
  // From where all packages are found, as in a program of a user.
  const cwd = new URL("../../proxy/", import.meta.url);
  const child = spawn(process.execPath, args, { cwd, env: plainEnvironment(), stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const output = (await child.stdout.toArray()).join("");
  expect(await exited).toStrictEqual([0, null]);
  return JSON.parse(output);
}
