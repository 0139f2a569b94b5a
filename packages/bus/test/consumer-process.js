// Works on the queue "work" at the hub in the first argument, and says each item before it holds the third of them for ever.
import { connectBus } from "@fourwire/bus";
import { withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";

const bus = await connectBus({ transport: withHub(zmq(), process.argv[2]) });
let count = 0;
bus.queue("work").consume(
  async (item) => {
    count += 1;
    if (count < 3) return;
    process.send(String(item));
    await new Promise(() => undefined);
  },
  { leaseMs: 500 },
);
