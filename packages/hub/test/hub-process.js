// A hub in a process of its own, at the address in the first argument.
import { serveHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";

const hub = await serveHub({ transport: zmq(), address: process.argv[2] });
process.send(hub.address);
