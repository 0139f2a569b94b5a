// Takes items at the hub in the first argument until it is killed.
import { withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";

// Whoever waits for this process may be gone.
process.once("disconnect", () => process.exit());
const { queues } = withHub(zmq(), process.argv[2]);

// Says what it does before it says that it is done, as real work has effects before it is acknowledged.
for (;;) {
  const item = await queues.take("jobs", { leaseMs: 500 });
  const job = Number(new TextDecoder().decode(item.frames[0]));
  // Said once it is on its way to the parent, whatever becomes of this process.
  await new Promise((resolve) => process.send({ job, deliveries: item.deliveries }, resolve));
  await item.ack().catch(() => undefined);
}
