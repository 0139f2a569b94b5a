// An outermost parent that ends as its arguments say: TRANSPORT DEPTH STATE ENDING URL.
import process from "node:process";
import { createContext } from "@fourwire/state/processes";
import { descend } from "./tasks.js";
import { transportNamed } from "./transport-named.js";

const [name, depth, state, ending, url] = process.argv.slice(2);
const transport = transportNamed(name, url);
const initial = { pids: [] };
const context = await createContext({ transport, initial, processes: { output: "ignore", stopTimeoutMs: 1_000 } });
const process1 = await context.spawn(descend, { props: { depth: Number(depth), state } });
process1.wait().catch(() => undefined);
const { pids, foreign } = await context.state.until((values) => values.pids.length === Number(depth));
const line = `${JSON.stringify({ pids, foreign })}\n`;
await new Promise((resolve) => process.stdout.write(line, resolve));
if (ending === "return") process.exit();
if (ending === "dispose") await context.close();
if (ending === "error") throw new Error("The parent failed");
