// CPU microseconds of this process per operation
const [mod, url] = process.argv.slice(2);
const { connect } = await import(`./bus/peers/${mod}/client.mjs`);
const peer = await connect(url);
const cpu = async (name, n, f) => {
  await f(Math.min(n, 5000));
  let best = 1e9, wall = 0;
  for (let k = 0; k < 4; k++) {
    const c0 = process.cpuUsage(), t0 = performance.now();
    await f(n);
    const { user, system } = process.cpuUsage(c0);
    if ((user + system) / n < best) { best = (user + system) / n; wall = (performance.now() - t0) * 1000 / n; }
  }
  console.log(`${mod} ${name}: ${best.toFixed(2)} us cpu/op, wall ${wall.toFixed(2)}`);
};
if (peer.publish) await cpu("publish", 50000, async (n) => { for (let i = 0; i < n; i += 5000) await peer.publish(5000); });
if (peer.call) await cpu("call64", 50000, async (n) => { let left = n; await Promise.all(Array.from({ length: 64 }, async () => { while (left-- > 0) await peer.call(1, 2); })); });
if (peer.put) { let n0 = 30000; const p = new Uint8Array(100); await cpu("put100", n0, async (n) => { let left = n; await Promise.all(Array.from({ length: 100 }, async () => { while (left-- > 0) await peer.put(p); })); });
 await cpu("work100", n0, async (n) => { await peer.work(n, 100); }); }
await peer.close(); process.exit();
