import { execFileSync } from "node:child_process";
for (const mod of process.argv.slice(2)) {
  const { start } = await import(`./bus/peers/${mod}/server.mjs`).catch(() => ({ start: async () => ({ address: "", close: async () => {} }) }));
  const s = await start();
  const { spawn } = await import("node:child_process"); const { once } = await import("node:events");
  const c0 = process.cpuUsage();
  const c = spawn(process.execPath, ["pp3.mjs", mod, s.address], { stdio: "inherit" });
  await once(c, "exit");
  await s.close();
}
process.exit();
