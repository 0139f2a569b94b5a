// Uses everything that a bus has, closes it, and is expected to end by itself.
import { connectBus } from "@fourwire/bus";
import { memory } from "@fourwire/transport/memory";

const transport = memory();
const bus = await connectBus({ transport });
await bus.subscribe("news", () => undefined);
await bus.publish("news", 1);
await bus.expose("add", (a, b) => a + b);
await bus.stub("add")(1, 2);
await bus.rpc("add", 1, 2);
bus.queue("work").consume(() => undefined);
const job = await bus.queue("work").submit(1, { timeoutMs: 60_000 });
await job.result;
await bus.health();
await bus.close();
process.send("closed");
process.disconnect();
