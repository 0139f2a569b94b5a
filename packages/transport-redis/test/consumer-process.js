import { redis } from "@fourwire/transport-redis";

const { url, queue, leaseMs } = JSON.parse(process.argv[2]);
// Whoever waits for this process may be gone.
process.once("disconnect", () => process.exit());
const { queues } = redis({ url });

/** Says what it does before it says that it is done, as real work has effects before it is acknowledged. */
for (;;) {
  const item = await queues.take(queue, { leaseMs });
  const job = Number(new TextDecoder().decode(item.frames[0]));
  // Said once it is on its way to the parent, whatever becomes of this process.
  await new Promise((resolve) => process.send({ job, deliveries: item.deliveries }, resolve));
  await item.ack().catch(() => undefined);
}
