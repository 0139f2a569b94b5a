// A module that makes a context when it is imported, which a process that imports it would do again and again.
import { createContext, task } from "@fourwire/state/processes";
import { zmq } from "@fourwire/transport-zmq";

await createContext({ transport: zmq() });
const nothing = task(import.meta.url, "task", () => undefined);

export { nothing as task };
