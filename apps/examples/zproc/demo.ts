/**
 * ZProc's examples: `node demo.js --transport zmq|redis|ws --story introduction|simple-sync|luck-test|cookie-eater`.
 *
 * Without a story all of them, one after the other, each with processes of its own. They check themselves by the exit code.
 * For Redis, `--url` says where it is.
 *
 * @module
 */

import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { createContext } from "@fourwire/state/processes";
import type { Transport } from "@fourwire/transport";
import { baker, eater, type Jar } from "./cookie-eater.ts";
import { child1, child2, type Shared } from "./introduction.ts";
import { gambler, type Urn } from "./luck-test.ts";
import { waiter, ways } from "./simple-sync.ts";
import { transportOf } from "./transports.ts";

const { values } = parseArgs({
  options: {
    transport: { type: "string", default: "zmq" },
    url: { type: "string", default: "redis://127.0.0.1:6379" },
    story: { type: "string" },
  },
});

const stories: Readonly<Record<string, (transport: Transport) => Promise<void>>> = {
  introduction,
  "simple-sync": simpleSync,
  "luck-test": luckTest,
  "cookie-eater": cookieEater,
};

const { story } = values;
const chosen = Object.entries(stories).filter(([name]) => story === undefined || name === story);
if (chosen.length === 0) {
  throw new TypeError(`--story is ${String(story)}; expected one of ${Object.keys(stories).join(", ")}`);
}
await using transport = transportOf(values.transport, values.url);
for (const [name, tell] of chosen) {
  console.log(`-- ${name}, over ${values.transport}`);
  await tell(transport);
}

async function introduction(over: Transport): Promise<void> {
  await using context = await createContext<Shared>({ transport: over, initial: { foo: "" } });
  const children = await context.spawnMany([child1, child2]);
  console.log("main: I set foo to foobar");
  await context.state.set("foo", "foobar");
  await children.wait({ timeoutMs: 30_000 });
  const changes = await context.state.history({ keys: ["foo"] });
  assert.deepEqual(
    changes.map(({ values: [changed] }) => changed?.kind === "set" && changed.value),
    ["foobar", "bar"],
  );
}

async function simpleSync(over: Transport): Promise<void> {
  await using context = await createContext<Shared>({ transport: over, initial: { foo: "foobar" } });
  const waiters = await context.spawnEach(waiter, ways);
  await context.state.set("foo", "xxx");
  console.log("main: I set foo to xxx");
  const early = await Promise.all([...waiters].slice(0, 2).map((each) => each.wait({ timeoutMs: 30_000 })));
  assert.deepEqual(early, ["change: xxx", "change of foo: xxx"]);
  await context.state.set("foo", "bar");
  console.log("main: I set foo to bar");
  const woken = await waiters.wait({ timeoutMs: 30_000 });
  assert.deepEqual(
    woken.map((line) => line.split(":")[0]),
    [...ways],
  );
}

async function luckTest(over: Transport): Promise<void> {
  await using context = await createContext<Urn>({ transport: over, initial: { lucky: 7, draws: 0 } });
  const gamblers = await context.spawnMany([gambler], { props: 20, count: 3 });
  const draws = await gamblers.wait({ timeoutMs: 30_000 });
  const { value } = await context.state.snapshot();
  assert.equal(
    value.draws,
    draws.reduce((sum, count) => sum + count, 0),
  );
  assert.ok([...gamblers].some(({ path }) => path === value.winner));
  console.log(`main: ${value.winner} won after ${value.draws} draws of all`);
}

async function cookieEater(over: Transport): Promise<void> {
  await using context = await createContext<Jar>({ transport: over, initial: { baked: 0, eaten: 0 } });
  await using _eating = await context.spawnOn({ keys: ["baked"] }, eater);
  await (await context.spawn(baker, { props: 5 })).wait({ timeoutMs: 30_000 });
  const { baked, eaten } = await context.state.until(({ eaten: count }) => count === 5, { timeoutMs: 30_000 });
  assert.deepEqual([baked, eaten], [5, 5]);
  console.log("main: 5 cookies baked and eaten, none missed and none eaten twice");
}
