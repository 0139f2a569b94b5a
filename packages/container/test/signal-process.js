/**
 * An application that lives until a signal, as its one argument says: `{ hangs, fails, starts }`.
 *
 * @module
 */

import process from "node:process";
import { configure, provide, serverToken } from "@fourwire/container";

const { hangs = false, fails = false, starts = true } = JSON.parse(process.argv[2] ?? "{}");

/** Tells the test, which has the other end. */
function tell(message) {
  process.send?.(message);
}

const closer = {
  async [Symbol.asyncDispose]() {
    tell("closing");
    if (fails) throw new Error("This one fails to close");
    if (hangs) await new Promise((resolve) => setInterval(resolve, 2 ** 30));
  },
};
/** Creates what never comes; it keeps the process alive meanwhile. */
function never() {
  tell("starting");
  return new Promise((resolve) => setInterval(resolve, 2 ** 30));
}

try {
  const app = await configure(
    {
      transport: "zmq",
      handleSignals: true,
      providers: [provide("closer", () => closer), provide("late", never)],
      proxy: {
        serve: { robot: { object: { name: "Robbie" } }, ...(!starts && { late: { token: "late" } }) },
      },
    },
    { env: false, file: false },
  );
  app.resolve("closer");
  tell(app.resolve(serverToken("robot")).address);
  tell((await app.closed)?.message ?? "closed");
} catch (error) {
  tell(`${error.code}: ${error.message}`);
  process.exitCode = 3;
  // Ends what keeps it alive.
  process.disconnect();
  process.exit();
}
process.disconnect();
