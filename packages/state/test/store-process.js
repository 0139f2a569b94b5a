// An authority with a store in a file, and writers in another process: for tests that kill them.
import { connectState, serveState } from "@fourwire/state";
import { lmdbStore } from "@fourwire/state/lmdb";
import { redisStore } from "@fourwire/state/redis";
import { redis } from "@fourwire/transport-redis";
import { zmq } from "@fourwire/transport-zmq";

const { role, path, address, from, url } = JSON.parse(process.argv[2]);
const transport = zmq();
// Whatever becomes of the test that started it.
process.once("disconnect", () => process.exit());

/** Serves until it is killed. */
async function runAuthority() {
  const server = await serveState({ transport, address: address ?? "tcp://127.0.0.1:0", store: lmdbStore({ path }) });
  process.send(server.address);
}

/** Serves as soon as nobody else does, until it is killed. */
async function runHeir() {
  const network = redis({ url });
  const serving = serveState({ transport: network, address: "state", store: redisStore({ url, leaseMs: 500 }) });
  process.send("ready");
  await serving;
}

/** Owns something, waits for something, holds an update open, and is killed. */
async function runClient() {
  const state = await connectState(address, { transport });
  await state.set("owned", from, { owned: true });
  state.nextChange({ keys: ["never"] }).catch(() => undefined);
  state.update(() => process.send("in the middle")).catch(() => undefined);
}

/** Counts, by updates and by increments, and says how often its function ran. */
async function runCounter() {
  const state = await connectState(address, { transport });
  await state.until((values) => values.go, { keys: ["go"] });
  let runs = 0;
  for (let round = 0; round < from; round += 1) {
    const update = (draft) => {
      runs += 1;
      draft.updated += 1;
    };
    await state.update(update, { keys: ["updated"] });
    await state.increment("added");
  }
  await state.close();
  await transport.close();
  process.send(runs, () => process.disconnect());
}

await { authority: runAuthority, client: runClient, counter: runCounter, heir: runHeir }[role]();
