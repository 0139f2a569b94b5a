import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Transport } from "@fourwire/transport";
import { messagePort } from "@fourwire/transport/message-port";
import { pipe } from "@fourwire/transport/pipe";
import { describe, expect, it } from "vitest";
import { createRequester } from "../src/index.ts";

const PROMPTLY_MS = 1_000;
const program = new URL("link-process.js", import.meta.url);

interface Party {
  readonly transport: Transport;
  kill(): Promise<unknown>;
}

const parties: readonly { readonly name: string; start(): Party }[] = [
  {
    name: "a child over a pipe",
    start() {
      const child = spawn(process.execPath, [fileURLToPath(program)], { stdio: ["ignore", 2, 2, "pipe"] });
      const exited = once(child, "exit");
      return {
        transport: pipe(child),
        async kill() {
          child.kill("SIGKILL");
          await exited;
        },
      };
    },
  },
  {
    name: "a worker over a message port",
    start() {
      const worker = new Worker(program, { execArgv: [] });
      return { transport: messagePort(worker), kill: () => worker.terminate() };
    },
  },
];

describe.each(parties)("a session with $name", ({ start }) => {
  it("ends at once when the far end is killed, and does not try to come back", async () => {
    const { transport, kill } = start();
    await using requester = await createRequester(transport, "ask");
    expect(await requester.request("hello")).toBe("hello");
    const pending = requester.request("wait").catch((error: unknown) => error);
    const before = performance.now();
    await kill();
    expect(await pending).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(await requester.session.closed).toMatchObject({ code: "LOST" });
    expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
    await transport.close();
  });

  it("carries requests of several MiB, many at once", async () => {
    const { transport, kill } = start();
    await using requester = await createRequester(transport, "ask");
    const large = new Uint8Array(3 * 1024 * 1024).fill(7);
    const requests = Array.from({ length: 200 }, (_, index) => (index % 50 === 0 ? large : index));
    const replies = await Promise.all(requests.map((request) => requester.request(request)));
    // Not by toEqual: it looks at each of millions of bytes.
    const differing = replies.filter((reply, index) =>
      reply instanceof Uint8Array ? !Buffer.from(large).equals(reply) : reply !== requests[index],
    );
    expect(differing).toEqual([]);
    await requester.close();
    await transport.close();
    await kill();
  });
});
