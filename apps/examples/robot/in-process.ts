/**
 * A robot with a process of its own, which this one starts, uses and ends:
 * `node in-process.js`. It checks what it sees.
 *
 * @module
 */

import assert from "node:assert/strict";
import process from "node:process";
import { agentOf } from "@fourwire/proxy";
import { instantiate, serveInProcess } from "@fourwire/spawner";
import { AgeError, type Robot } from "./robot.ts";

const module = new URL("./robot.js", import.meta.url);

await using robot = await serveInProcess<Robot>(module, { export: "Robot", args: ["Robbie"], errors: { AgeError } });
assert.equal(await robot.name, "Robbie");
assert.equal(await robot.move(3), 3);

// Another class of that module, in the same process; by the proxy's agent or by the function, which are the same.
using arm = await agentOf(robot).instantiate<Robot["arm"]>(`${module.href}#Arm`);
using second = await instantiate<Robot["arm"]>(robot, `${module.href}#Arm`);
const heights: number[] = [];
await arm.moved.connect((height) => heights.push(height));
await Promise.all([second.moveTo(7), arm.moveTo(2)]);
assert.deepEqual(heights, [2]);

// What a constructor throws is told to whoever asked, and nothing is left running.
await assert.rejects(serveInProcess(module, { export: "Nobody" }), { code: "NOT_FOUND" });
console.log(`in process: process ${process.pid} used a robot in a process of its own`);
