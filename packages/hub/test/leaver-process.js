// Serves and uses a hub, closes both, and is expected to end by itself.
import { serveHub, withHub } from "@fourwire/hub";
import { memory } from "@fourwire/transport/memory";

const network = memory();
const hub = await serveHub({ transport: network, address: "hub" });
const transport = withHub(network, "hub");
const subscription = await transport.topics.subscribe("news");
await transport.topics.publish("news", [new Uint8Array(1)]);
for await (const _message of subscription) break;
await transport.close();
await hub.close();
process.disconnect();
