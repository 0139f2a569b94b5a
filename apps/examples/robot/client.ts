/**
 * Uses a robot that another process serves: `node client.js ADDRESS`.
 *
 * It checks what it prints and ends with a status other than 0 when a line is
 * wrong or the server goes away.
 *
 * @module
 */

import assert from "node:assert/strict";
import process from "node:process";
import { connect, set, withOptions } from "@fourwire/proxy";
import { zmq } from "@fourwire/transport-zmq";
import { AgeError, type Robot } from "./robot.ts";

const [address = "tcp://127.0.0.1:8000"] = process.argv.slice(2);
const transport = zmq();
const lines: string[] = [];

await using robot = await connect<Robot>(address, { transport, errors: { AgeError } });
console.log(`client: process ${process.pid} uses the robot`);

// Reading and calling.
print(`My name is ${await robot.name}`);
print(`I am at ${await robot.move(3)} m, then at ${await robot.move(4)} m`);

// Setting, and being refused.
await set(robot, "age", 29);
print(`I am ${await robot.age} years old`);
try {
  await set(robot, "age", -1);
} catch (error) {
  if (!(error instanceof AgeError)) throw error;
  print(`${error.name}: ${error.message} (${error.years})`);
}
print(`I am still ${await robot.age} years old`);

// A call that takes its time is a promise. Others go on meanwhile.
const answer = robot.think("What is six times nine?");
print(`Thinking, I am at ${await robot.move(1)} m`);
await robot.hint("What is six times nine?", "54");
print(`The answer is ${await answer}`);

// Nobody has to wait for ever: the robot sees it when its asker has given up.
const impatience = new AbortController();
const impatient = withOptions(robot, { signal: impatience.signal });
const unanswered = impatient.think("Why?", impatience.signal).catch((error: Error) => error);
await robot.move(0);
impatience.abort(new Error("That takes too long"));
print(`${(await unanswered) instanceof Error ? "Given up" : "Answered"}: ${await robot.givenUp}`);

// Two slots at a signal, in their order; then one of them.
const first = await robot.arm.moved.connect((height, previous) => print(`first: from ${previous} to ${height}`));
await robot.arm.moved.connect((height) => print(`second: at ${height}`));
await robot.arm.moveTo(1);
await first.disconnect();
await robot.arm.moveTo(2);

// Another proxy of the same robot has slots of its own.
{
  await using other = await connect<Robot>(address, { transport });
  await other.arm.moved.connect((height) => print(`other: at ${height}`));
  await robot.arm.moved.disconnect();
  await other.arm.moveTo(3);
}
await robot.arm.moveTo(4);

// A part of the robot stays there. It is used by its proxy, or in one go on the way to it.
{
  using joint = await robot.arm.joint(1);
  print(`Joint 1 is at ${await joint.bend(30)} degrees`);
}
print(`Joint 1 is at ${await robot.arm.joint(1).bend(15)} degrees, and stays at ${await robot.arm.joint(1).degrees}`);

assert.deepEqual(lines, [
  "My name is Robbie",
  "I am at 3 m, then at 7 m",
  "I am 29 years old",
  "AgeError: A robot cannot be -1 years old (-1)",
  "I am still 29 years old",
  "Thinking, I am at 8 m",
  "The answer is 54",
  "Given up: Why?",
  "first: from 0 to 1",
  "second: at 1",
  "second: at 2",
  "other: at 3",
  "Joint 1 is at 30 degrees",
  "Joint 1 is at 45 degrees, and stays at 45",
]);

function print(line: string): void {
  lines.push(line);
  console.log(line);
}
