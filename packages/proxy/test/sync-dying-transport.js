// A transport whose thread ends, without a word, some time after it connected.
import { zmq } from "@fourwire/transport-zmq";

export function dying({ afterMs, how }) {
  const transport = zmq();
  return {
    ...transport,
    async connect(address, options) {
      const channel = await transport.connect(address, options);
      setTimeout(() => {
        if (how === "exit") process.exit(3);
        throw new Error("a bug in the transport");
      }, afterMs);
      return channel;
    },
  };
}

export function notOne() {
  return "no transport";
}
