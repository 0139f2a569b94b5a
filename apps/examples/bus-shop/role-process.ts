/**
 * One process of the shop: `node role-process.js billing --transport zmq --address tcp://127.0.0.1:7000`.
 *
 * It stops when the process that started it goes away.
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { connectBus } from "@fourwire/bus";
import { mediumOf } from "./media.ts";
import { type Role, roles } from "./shop.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { transport: { type: "string", default: "zmq" }, address: { type: "string", default: "" } },
});
const [role = ""] = positionals;
if (!isRole(role)) throw new TypeError(`The role is ${role}; expected one of ${Object.keys(roles).join(", ")}`);

const transport = mediumOf(values.transport).join(values.address);
const bus = await connectBus({ transport, name: `${role} ${process.pid}` });
await roles[role](bus);
process.send?.("ready");
process.once("disconnect", () => void leave());

async function leave(): Promise<void> {
  await bus.close();
  await transport.close();
}

function isRole(name: string): name is Role {
  return Object.hasOwn(roles, name);
}
