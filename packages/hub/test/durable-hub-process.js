// A hub with durable queues, at the address in the first argument, in the folder in the second.
import { serveHub } from "@fourwire/hub";
import { durable } from "@fourwire/hub/durable";
import { zmq } from "@fourwire/transport-zmq";

process.once("disconnect", () => process.exit());
const backend = durable({ path: process.argv[3] });
const hub = await serveHub({ transport: zmq(), address: process.argv[2], backend });
process.send(hub.address);
