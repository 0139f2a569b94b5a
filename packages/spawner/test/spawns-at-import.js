// A module that starts a worker while it is imported, which no module may.
import { spawn } from "@fourwire/spawner";

export const refusal = await spawn({ output: "ignore" }).then(
  async (worker) => {
    await worker.kill();
    return "started";
  },
  (error) => ({ code: error.code, message: error.message }),
);
