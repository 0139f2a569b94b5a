// A transport whose thread ends, without a word, some time after it connected.
import { zmq } from "@fourwire/transport-zmq";

export function dying({ afterMs }) {
  const transport = zmq();
  return {
    ...transport,
    async connect(address, options) {
      const channel = await transport.connect(address, options);
      setTimeout(() => process.exit(3), afterMs);
      return channel;
    },
  };
}

export function notOne() {
  return "no transport";
}
