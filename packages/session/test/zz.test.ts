import { memory } from "@fourwire/transport/memory";
import { expect, it } from "vitest";
import { openSession, serveSessions } from "../src/index.ts";

it("resumes", async () => {
  const transport = memory();
  let runs = 0;
  const seen = new Set<number>();
  await using server = await serveSessions(transport, "x", () => ({
    call: (target, [n]) => {
      if (target === "count") { runs++; if (seen.has(n as number)) throw new Error("twice"); seen.add(n as number); return (n as number) * 2; }
      if (target === "stream") return (async function* () { for (let i = 0; i < (n as number); i++) yield i; })();
      if (target === "sum") return (async () => { let s = 0; for await (const x of n as AsyncIterable<number>) s += x; return s; })();
      return undefined;
    },
    notify: () => undefined,
  }));
  const client = await openSession(transport, "x");
  const states: string[] = [];
  const watching = (async () => { for await (const { state } of client.states()) states.push(state); })();
  const N = 100_000;
  let started = 0; let done = 0;
  const worker = async () => { while (started < N) { const n = started++; expect(await client.call("count", [n])).toBe(n * 2); done++; } };
  const streams = Array.from({ length: 50 }, async (_, k) => {
    if (k % 2) { let i = 0; for await (const x of (await client.call("stream", [2000])) as AsyncIterable<number>) expect(x).toBe(i++); expect(i).toBe(2000); }
    else expect(await client.call("sum", [(async function* () { for (let i = 0; i < 2000; i++) yield i; })()])).toBe(1999000);
  });
  const cutter = (async () => { for (let i = 0; i < 200; i++) { await new Promise((r) => setTimeout(r, 5)); transport.faults.cut(); } })();
  const t0 = performance.now();
  await Promise.all([...streams, ...Array.from({ length: 200 }, worker)]);
  console.log("calls done", performance.now() - t0, done, runs);
  await cutter;
  console.log(client.stats(), states.length);
  expect(runs).toBe(N);
  await client.close();
  await watching;
  expect(states.at(-1)).toBe("closed");
}, 60000);

it("key", async () => {
  const transport = memory();
  await using server = await serveSessions(transport, "x", () => ({ call: (_t, [x]) => x, notify: () => undefined }), { key: "0123456789abcdef", authenticate: ({ credentials }) => { if (credentials !== "me") throw new Error("no"); return { name: "me" }; }, authorize: ({ subject }) => subject !== "bad" });
  await expect(openSession(transport, "x")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await expect(openSession(transport, "x", { key: "0123456789abcdeX" })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await expect(openSession(transport, "x", { key: "0123456789abcdef" })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await using c = await openSession(transport, "x", { key: "0123456789abcdef", credentials: "me" });
  expect(await c.call("good", [1])).toBe(1);
  await expect(c.call("bad", [1])).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  void server;
});
