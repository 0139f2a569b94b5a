import { redis } from "@fourwire/transport-redis";
import { connectBus } from "@fourwire/bus";
import { testServer } from "@fourwire/transport-redis/test-server";
import { fork } from "node:child_process";
if (process.argv[2]) {
  const t = redis({ url: process.argv[2] });
  const bus = await connectBus({ transport: t });
  await bus.expose("add", (a, b) => a + b);
  const sub = await t.topics.subscribe("req");
  process.send("ok");
  for await (const m of sub) void t.topics.publish("rep", m.frames);
} else {
  const s = testServer();
  const c = fork(new URL(import.meta.url), [s.url]);
  await new Promise((r) => c.once("message", r));
  const t = redis({ url: s.url });
  const sub = (await t.topics.subscribe("rep"))[Symbol.asyncIterator]();
  const bus = await connectBus({ transport: t });
  const run = async (name, f) => { const us=[]; for (let i=0;i<3000;i++){const a=performance.now(); await f(); us.push((performance.now()-a)*1000);} us.sort((a,b)=>a-b); console.log(name, "p50", us[1500].toFixed(0), "p10", us[300].toFixed(0)); };
  const bytes = [new Uint8Array(100)];
  const add = bus.stub("add");
  for (let k=0;k<3;k++) {
  await run("transport topics", async () => { void t.topics.publish("req", bytes); await sub.next(); });
  await run("bus", async () => { await add(1, 2); });
  }
  if (process.argv[3] !== "x") await bus.subscribe("arrived", () => {});
  await run("bus + sub", async () => { await add(1, 2); });
  c.kill(); await s.stop(); process.exit();
}
