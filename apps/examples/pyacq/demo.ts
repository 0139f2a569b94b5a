/**
 * Drives modules and objects in other processes, and checks what it sees.
 *
 * @module
 */

import assert from "node:assert/strict";
import process from "node:process";
import { notify } from "@fourwire/proxy";
import { iterate, LogCollector, type LogRecord, printLogs, spawn, type Worker } from "@fourwire/spawner";

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

/** A device, what computes its spectrum, and what records it: three processes, and one console with what they say. */
async function runAcquisition(): Promise<void> {
  const said: LogRecord[] = [];
  using logs = new LogCollector({ sortWindowMs: 50 });
  using _printing = printLogs(logs, process.stdout);
  using _noting = logs.listen((record) => said.push(record));
  const start = (name: string) => spawn({ name, base: import.meta.url, log: logs, logLevel: "info" });
  {
    await using device = await start("device");
    await using analyser = await start("analyser");
    await using recorder = await start("recorder");
    await acquire(device, analyser, recorder);
  }
  logs.flush();
  const heard = said.filter(({ origin }) => origin === "log").map(({ name, msg }) => `${name}: ${msg}`);
  assert.deepEqual(heard.sort(), [
    "analyser: analysed",
    "device: sampled",
    "device: sampled",
    "recorder: louder than the recording can be",
    "recorder: recorded",
  ]);
}

async function acquire(device: Worker, analyser: Worker, recorder: Worker): Promise<void> {
  const [sampling, analysing, recording] = await Promise.all(
    [device, analyser, recorder].map((worker) => worker.import<typeof import("./acquisition.ts")>("./acquisition.js")),
  );
  assert(sampling && analysing && recording);
  const rate = { rate: 1_000, size: 256 };
  const source = await new sampling.Device(rate);
  const spectrum = await new analysing.Spectrum(source, rate);
  const tape = await new recording.Recorder();

  const peaks: number[] = [];
  const recorded = tape.record(source, 10);
  for await (const { hertz } of await spectrum.peaks(10)) peaks.push(hertz);
  assert.deepEqual(peaks, new Array(10).fill(125));

  const { samples, loudest, processId } = await recorded;
  assert.deepEqual([samples, processId], [2_560, recorder.pid]);
  const kept = await tape.samples();
  assert(kept instanceof Float64Array);
  assert.equal(kept.length, samples);
  console.log(`process ${processId} recorded ${samples} samples up to ${loudest.toFixed(2)}, mostly of ${peaks[0]} Hz`);
}
