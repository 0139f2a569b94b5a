import { redis } from "@fourwire/transport-redis";

const { url, queue, leaseMs } = JSON.parse(process.argv[2]);
// Whoever waits for this process may be gone.
process.once("disconnect", () => process.exit());
const { queues } = redis({ url });

/** Says what it does before it says that it is done, as real work has effects before it is acknowledged. */
for (;;) {
  const item = await queues.take(queue, { leaseMs });
  process.send({ job: Number(new TextDecoder().decode(item.frames[0])), deliveries: item.deliveries });
  await item.ack().catch(() => undefined);
}
