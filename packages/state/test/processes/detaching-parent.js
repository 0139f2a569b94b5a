// Starts a detached process and one that is not, and ends: ADDRESS KEY LOGFILE.
import process from "node:process";
import { createContext } from "@fourwire/state/processes";
import { zmq } from "@fourwire/transport-zmq";
import { wait } from "./tasks.js";

const [server, key, logFile] = process.argv.slice(2);
const context = await createContext({ transport: zmq(), server, key });
const { pid } = await context.spawnDetached(wait, { name: "night", logFile, props: "night" });
await context.spawn(wait, { props: "day", output: "ignore" });
process.stdout.write(`${pid}`, () => process.exit());
