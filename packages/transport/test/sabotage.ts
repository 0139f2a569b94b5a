import type { Channel, Listener, QueueItem, Queues, TopicSubscription, Topics, Transport } from "@fourwire/transport";
import type { Fixture } from "@fourwire/transport/conformance";
import type { MemoryTransport } from "@fourwire/transport/memory";
import { memory } from "@fourwire/transport/memory";
import { memoryFixture } from "./memory-fixture.ts";

/** Returns the target with some members replaced; the others keep working on the target itself. */
export function override<Target extends object>(target: Target, members: Partial<Target>): Target {
  return new Proxy(target, {
    get(original, key) {
      if (Object.hasOwn(members, key)) return Reflect.get(members, key);
      const member: unknown = Reflect.get(original, key);
      return typeof member === "function" ? member.bind(original) : member;
    },
  });
}

/** The memory driver with a broken transport. */
export function breakTransport(change: (transport: MemoryTransport) => Partial<Transport>): Fixture {
  const originals = new WeakMap<Transport, MemoryTransport>();
  return {
    ...memoryFixture,
    async create() {
      const transport = memoryFixture.create();
      const broken = override<Transport>(transport, change(transport));
      originals.set(broken, transport);
      return broken;
    },
    // Dies on the network itself, which does not know the broken channels.
    victim: (transport, address) => memoryFixture.victim(originals.get(transport) ?? memory(), address),
  };
}

/** The memory driver with broken listeners. */
export function breakListeners(change: (listener: Listener) => Partial<Listener>): Fixture {
  return breakTransport((transport) => ({
    listen: async (address, options) => {
      const listener = await transport.listen(address, options);
      return override(listener, change(listener));
    },
  }));
}

/** The memory driver with broken channels, at both ends. */
export function breakChannels(change: (channel: Channel) => Partial<Channel>): Fixture {
  const broken = (channel: Channel): Channel => override(channel, change(channel));
  return breakTransport((transport) => ({
    connect: async (address, options) => broken(await transport.connect(address, options)),
    listen: async (address, options) => {
      const listener = await transport.listen(address, options);
      return override(listener, {
        [Symbol.asyncIterator]: () => map(listener[Symbol.asyncIterator](), broken),
      });
    },
  }));
}

/** The memory driver whose channels change what they deliver. */
export function breakReceived(change: (frames: readonly Uint8Array[]) => readonly Uint8Array[]): Fixture {
  return breakChannels((channel) => ({
    [Symbol.asyncIterator]: () => map(channel[Symbol.asyncIterator](), change),
  }));
}

/** The memory driver with broken topics. */
export function breakTopics(change: (topics: Topics, transport: MemoryTransport) => Partial<Topics>): Fixture {
  return breakTransport((transport) => ({ topics: override(transport.topics, change(transport.topics, transport)) }));
}

/** The memory driver with broken subscriptions. */
export function breakSubscriptions(change: (subscription: TopicSubscription) => Partial<TopicSubscription>): Fixture {
  return breakTopics((topics) => ({
    subscribe: async (pattern, options) => {
      const subscription = await topics.subscribe(pattern, options);
      return override(subscription, change(subscription));
    },
  }));
}

/** The memory driver with broken queues. */
export function breakQueues(change: (queues: Queues, transport: MemoryTransport) => Partial<Queues>): Fixture {
  return breakTransport((transport) => ({ queues: override(transport.queues, change(transport.queues, transport)) }));
}

/** The memory driver whose queues give broken items. */
export function breakItems(change: (item: QueueItem) => Partial<QueueItem>): Fixture {
  return breakQueues((queues) => ({
    take: async (queue, options) => {
      const item = await queues.take(queue, options);
      return override(item, change(item));
    },
  }));
}

/** Changes what an iterator yields. */
export function map<Item>(iterator: AsyncIterator<Item>, change: (item: Item) => Item): AsyncIterator<Item, undefined> {
  return {
    async next() {
      const result = await iterator.next();
      return result.done ? { value: undefined, done: true } : { value: change(result.value), done: false };
    },
    return: async () => ({ value: undefined, done: true }),
  };
}

/** Waits for ever. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
