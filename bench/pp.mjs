import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { fork } from "node:child_process";
import { Redis } from "./ioredis.mjs";
if (process.argv[2]) {
  const t = redis({ url: process.argv[2] });
  const sub = await t.topics.subscribe("req");
  const r = new Redis(process.argv[2]); const p = new Redis(process.argv[2]);
  r.on("messageBuffer", (c, m) => { void p.publish("rrep", m); });
  await r.subscribe("rreq");
  process.send("ok");
  for await (const m of sub) void t.topics.publish("rep", m.frames);
} else {
  const s = testServer();
  const c = fork(new URL(import.meta.url), [s.url]);
  await new Promise((r) => c.once("message", r));
  const t = redis({ url: s.url });
  const sub = (await t.topics.subscribe("rep"))[Symbol.asyncIterator]();
  const run = async (name, f) => { const us=[]; for (let i=0;i<3000;i++){const a=performance.now(); await f(); us.push((performance.now()-a)*1000);} us.sort((a,b)=>a-b); console.log(name, "p50", us[1500].toFixed(0), "p10", us[300].toFixed(0)); };
  const bytes = [new Uint8Array(100)];
  const r = new Redis(s.url); const p = new Redis(s.url); let done; r.on("messageBuffer", () => done()); await r.subscribe("rrep");
  for (let k=0;k<3;k++) {
  await run("transport topics", async () => { void t.topics.publish("req", bytes); await sub.next(); });
  await run("bare publish", () => new Promise((res) => { done = res; void p.publish("rreq", "x"); }));
  await run("eval await", () => p.eval("redis.call('TIME') redis.call('ZREMRANGEBYSCORE','g','-inf',5) redis.call('ZRANGE','g',0,-1) return redis.call('PUBLISH','nob','x')", 0));
  await run("publish await", () => p.publish("nob", "x"));
  }
  c.kill(); await s.stop(); process.exit();
}
