// Starts a detached process and one that is not, and ends: ADDRESS KEY LOGFILE TRANSPORT URL.
import process from "node:process";
import { createContext } from "@fourwire/state/processes";
import { wait } from "./tasks.js";
import { transportNamed } from "./transport-named.js";

const [server, key, logFile, name, url] = process.argv.slice(2);
const context = await createContext({ transport: transportNamed(name, url), server, key });
const { pid } = await context.spawnDetached(wait, { name: "night", logFile, props: "night" });
await context.spawn(wait, { props: "day", output: "ignore" });
process.stdout.write(`${pid}`, () => process.exit());
