// Tasks of the tests. Processes import the built packages, as users have them; so this is no TypeScript.
import { spawn as startProcess } from "node:child_process";
import process from "node:process";
import { threadId } from "node:worker_threads";
import { ProcessExit, task } from "@fourwire/state/processes";

export const child1 = task(import.meta.url, "child1", async ({ state }) => {
  await state.nextChange({ keys: ["foo"] });
  await state.append("log", "child1 saw foo change");
  await state.set("foo", "bar");
});

export const child2 = task(import.meta.url, "child2", async ({ state }) => {
  await state.until(({ foo }) => foo === "bar", { keys: ["foo"] });
  await state.append("log", "child2 saw foo become bar");
});

export const double = task(import.meta.url, "double", (_context, number) => number * 2);

export const where = task(import.meta.url, "where", ({ path, attempt, id }) => ({
  pid: process.pid,
  threadId,
  path,
  attempt,
  id,
}));

class Lost extends Error {
  name = "Lost";
  code = "LOST_IT";
  where = "in the woods";
}

/** Fails in one of several ways, `depth` processes further down. */
export const fail = task(import.meta.url, "fail", async (context, { how, depth = 1 }) => {
  if (depth > 1) {
    const inner = await context.spawn(fail, { props: { how, depth: depth - 1 } });
    return await inner.wait();
  }
  if (how === "return") return { path: context.path, map: new Map([["a", 1n]]) };
  if (how === "throw") throw new Lost("the way", { cause: new RangeError("too far") });
  if (how === "exit") context.exit(7);
  if (how === "leave") process.exit(9);
  if (how === "kill") process.kill(process.pid, "SIGKILL");
  return await new Promise(() => undefined);
});

export const unlucky = task(import.meta.url, "unlucky", async ({ state, attempt }, { word, kind }) => {
  await state.append("tries", `${attempt} ${word} ${process.pid}`);
  if (kind === "range") throw new RangeError(`attempt ${attempt}`);
  if (kind === "type") throw new TypeError(`attempt ${attempt}`);
  if (kind === "exit") throw new ProcessExit(3);
  process.kill(process.pid, kind);
  return await new Promise(() => undefined);
});

export const second = task(import.meta.url, "second", ({ attempt, signal }) => {
  if (attempt > 1) return attempt;
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
});

/** Waits to be stopped, and says so. */
export const wait = task(import.meta.url, "wait", async ({ state, signal }, word) => {
  const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve));
  await state.append("log", `${word} waits`);
  await stopped;
  await state.append("log", `${word} ends`);
  return word;
});

/** Goes on whatever its signal says, until the state has a word for it. */
export const deaf = task(import.meta.url, "deaf", async ({ state }, word) => {
  await state.append("log", `${word} is deaf`);
  await state.until(({ foo }) => foo === word, { keys: ["foo"] });
  return word;
});

export const busy = task(import.meta.url, "busy", async ({ state }) => {
  await state.append("pids", process.pid);
  for (;;);
});

/** Starts processes of which each starts the next, and the last one of which never ends. */
export const descend = task(import.meta.url, "descend", async (context, { depth, state }) => {
  if (depth > 1) {
    await context.state.append("pids", process.pid);
    const inner = await context.spawn(descend, { props: { depth: depth - 1, state } });
    return await inner.wait();
  }
  if (state === "foreign") {
    const foreign = startProcess(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      detached: true,
      stdio: "ignore",
    });
    await context.state.set("foreign", foreign.pid);
  }
  await context.state.append("pids", process.pid);
  if (state === "busy") for (;;);
  return await new Promise(() => undefined);
});

/** Doubles, but dies over a number as long as the state says so. */
export const fragile = task(import.meta.url, "fragile", async ({ state }, number) => {
  if (number === (await state.get("deadly"))) {
    if ((await state.increment("deaths")) <= (await state.get("lives"))) process.kill(process.pid, "SIGKILL");
  }
  if (number === (await state.get("wrong"))) throw new RangeError(`not ${number}`);
  return number * 2;
});

export const onTrigger = task(import.meta.url, "onTrigger", async ({ state }, { values, revision }) => {
  await state.append("seen", `${values.x} at ${revision}`);
});

export const failing = task(import.meta.url, "failing", async ({ state }) => {
  await state.append("tries", "failing");
  throw new RangeError("It fails");
});

export const returnsFunction = task(import.meta.url, "returnsFunction", () => () => 1);

export const notATask = () => undefined;
