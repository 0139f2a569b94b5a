// Works on the queue "work" of the place in the first argument, listens, serves, and says what it does until it is killed.
import { connectBus } from "@fourwire/bus";
import { withHub } from "@fourwire/hub";
import { redis } from "@fourwire/transport-redis";
import { zmq } from "@fourwire/transport-zmq";

const { kind, address, leaseMs } = JSON.parse(process.argv[2]);
process.once("disconnect", () => process.exit());
const transport = kind === "redis" ? redis({ url: address }) : withHub(zmq(), address, { durable: true });
/** Said once it is on its way to the parent, whatever becomes of this process. */
const say = (message) => new Promise((resolve) => process.send(message, resolve));
const bus = await connectBus({ transport, onError: () => undefined });
await bus.subscribe("rounds", (round) => say({ heard: round }), { onGap: () => say({ gap: true }) });
await bus.expose("double", (number) => number * 2);
bus.queue("work").consume(
  async (number, { deliveries }) => {
    await say({ done: number, deliveries });
  },
  { concurrency: 4, leaseMs, retry: { attempts: 1_000 } },
);
await say({ ready: true });
