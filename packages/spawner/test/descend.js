// Workers inside workers, for the tests about their ends.
import process from "node:process";
import { spawn } from "@fourwire/spawner";

let below;

/** Starts so many workers below this one, each inside the one before, and gives the ids of all, this one included. */
export async function descend(depth) {
  if (depth === 0) return [process.pid];
  const worker = await spawn({ base: import.meta.url, execArgv: [], output: "ignore" });
  below = await worker.import("./descend.js");
  return [process.pid, ...(await below.descend(depth - 1))];
}

/** Becomes idle, busy or asleep, the deepest worker first. */
export async function become(state) {
  await below?.become(state);
  if (state === "busy")
    setTimeout(() => {
      for (;;);
    }, 5);
  if (state === "asleep") setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 5);
}
