/**
 * Drives modules and objects in other processes, and checks what it sees.
 *
 * @module
 */

import assert from "node:assert/strict";
import process from "node:process";
import { notify } from "@fourwire/proxy";
import { iterate, spawn } from "@fourwire/spawner";

await useRemoteModule();
await useRemoteDictionary();
await runAcquisition();

/** A module of another process, as if it were imported here. */
async function useRemoteModule(): Promise<void> {
  await using worker = await spawn({ name: "module" });
  const os = await worker.import<typeof import("node:os")>("node:os");
  const path = await worker.import<typeof import("node:path")>("node:path");
  assert.equal(await path.join("remote", "module"), "remote/module");
  assert.notEqual(worker.pid, process.pid);
  console.log(`process ${worker.pid} runs on ${await os.platform()}`);
}

/** A dictionary that is in the other process, and stays there. */
async function useRemoteDictionary(): Promise<void> {
  await using worker = await spawn({ name: "dictionary", base: import.meta.url });
  const { OrderedDictionary } =
    await worker.import<typeof import("./ordered-dictionary.ts")>("./ordered-dictionary.js");
  const dictionary = await new OrderedDictionary();
  await dictionary.set("x", 1);
  await dictionary.set("y", [2, 3]);
  await notify(dictionary).set("z", "no reply wanted");
  assert.deepEqual(await dictionary.keys(), ["x", "y", "z"]);
  assert.equal(await dictionary.size, 3);
  assert.equal(await dictionary.whereabouts(), worker.pid);
  for await (const [key, value] of iterate<[string, unknown]>(dictionary))
    console.log(`${key}: ${JSON.stringify(value)}`);

  const map = await worker.put(new Map([["a", 1]]));
  await map.set("b", 2);
  assert.deepEqual(await map.keys(), ["a", "b"]);
}

/** Three processes in a row: a device, an amplifier and a recorder. */
async function runAcquisition(): Promise<void> {
  const base = import.meta.url;
  await using device = await spawn({ name: "device", base });
  await using amplifier = await spawn({ name: "amplifier", base });
  await using recorder = await spawn({ name: "recorder", base });
  const [sampling, amplifying, recording] = await Promise.all(
    [device, amplifier, recorder].map((worker) => worker.import<typeof import("./acquisition.ts")>("./acquisition.js")),
  );
  assert(sampling && amplifying && recording);
  const source = await new sampling.Device(100);
  const amplified = await new amplifying.Amplifier(source, 2);
  const result = await recording.record(amplified, 10);
  assert.deepEqual(result, { samples: 1_000, sum: 999_000, processId: recorder.pid });
  console.log(`process ${result.processId} recorded ${result.samples} samples, which add up to ${result.sum}`);
}
