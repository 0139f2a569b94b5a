import type { Fixture } from "@fourwire/transport/conformance";
import type { MemoryTransport } from "@fourwire/transport/memory";
import { memory } from "@fourwire/transport/memory";

const MIB = 1024 * 1024;

/** The memory driver under the conformance kit, with limits small enough to reach. */
export const memoryFixture = {
  name: "memory",
  create: () => memory({ maxMessageBytes: 8 * MIB, maxQueuedBytes: MIB, maxLogBytes: MIB }),
  address: () => "meeting-place",
  maxQueuedBytes: MIB,
  maxLogBytes: MIB,
  async victim(transport: MemoryTransport, address: string) {
    const channel = await transport.connect(address);
    return { kill: () => transport.faults.cut(channel) };
  },
} satisfies Fixture;
