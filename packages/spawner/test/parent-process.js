// A parent with workers below it, that ends as its arguments say: DEPTH STATE ENDING.
import process from "node:process";
import { spawn } from "@fourwire/spawner";

const [depth, state, ending] = process.argv.slice(2);
const worker = await spawn({ base: import.meta.url, output: "ignore" });
const module = await worker.import("./descend.js");
const pids = await module.descend(Number(depth) - 1);
await module.become(state);
// The workers have begun what they do when their timers have run out.
setTimeout(() => {
  process.stdout.write(`${JSON.stringify(pids)}\n`, () => {
    if (ending === "return") process.exitCode = 0;
    if (ending === "return") process.exit();
    if (ending === "error") throw new Error("The parent failed");
  });
}, 50);
