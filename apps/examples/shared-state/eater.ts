/**
 * Eats every cookie as soon as there is one: `node eater.js ADDRESS COOKIES`.
 *
 * @module
 */

import process from "node:process";
import { connectState } from "@fourwire/state";
import { zmq } from "@fourwire/transport-zmq";
import type { Jar } from "./cookies.ts";

const [address = "", count = "0"] = process.argv.slice(2);
await using jar = await connectState<Jar>(address, { transport: zmq(), name: "eater" });
for (let eaten = 1; eaten <= Number(count); eaten += 1) {
  await jar.until(({ baked }) => (baked ?? 0) >= eaten, { keys: ["baked"] });
  console.log(`eater: process ${process.pid} eats cookie ${eaten}`);
  await jar.increment("eaten");
}
