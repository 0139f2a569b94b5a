// Subscribes at the hub in the first argument and waits to be killed.
import { withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";

const { topics } = withHub(zmq(), process.argv[2]);
await topics.subscribe("news");
process.send("subscribed");
