/**
 * Uses the robot as if it lived here, without `await`: `node sync-client.js ADDRESS`.
 *
 * It runs after `client.js` and finds the robot as that left it. It checks what
 * it prints and ends with a status other than 0 when a line is wrong.
 *
 * @module
 */

import assert from "node:assert/strict";
import process from "node:process";
import { connectSync } from "@fourwire/proxy/sync";
import { AgeError, type Robot } from "./robot.ts";

const [address = "tcp://127.0.0.1:8000"] = process.argv.slice(2);
const lines: string[] = [];

using robot = connectSync<Robot>(address, { errors: { AgeError } });
console.log(`sync client: process ${process.pid} uses the robot`);

print(`My name is ${robot.name}`);
robot.age = 30;
try {
  robot.age = -1;
} catch (error) {
  if (!(error instanceof AgeError)) throw error;
  print(`${error.name}: ${error.message}`);
}
print(`I am ${robot.age} years old, and at ${robot.move(2)} m`);

// The robot calls back while this process waits for it, and is called in between.
const visited = robot.visit(["the hall", "the kitchen", "the cellar"], (place) => {
  print(`in ${place}, at ${robot.move(1)} m`);
  return place !== "the kitchen";
});
print(`${visited} places visited`);

// Parts stay there, here too.
print(`Joint 0 is at ${robot.arm.joint(0).bend(20)} degrees`);

// Slots run when the event loop turns, not before.
const heard = new Promise<void>((resolve) => {
  robot.arm.moved.connect((height, previous) => {
    print(`The arm moved from ${previous} to ${height}`);
    resolve();
  });
});
robot.arm.moveTo(5);
print("The arm is told to move");
await heard;

assert.deepEqual(lines, [
  "My name is Robbie",
  "AgeError: A robot cannot be -1 years old",
  "I am 30 years old, and at 10 m",
  "in the hall, at 11 m",
  "in the kitchen, at 12 m",
  "2 places visited",
  "Joint 0 is at 20 degrees",
  "The arm is told to move",
  "The arm moved from 4 to 5",
]);

function print(line: string): void {
  lines.push(line);
  console.log(line);
}
