/**
 * Events, queues and remote calls over one transport.
 *
 * @module
 */

import { Binding, type MethodEvents } from "./binding.ts";
import type { BusStats, StatsOptions } from "./bus-stats.ts";
import type { GatherOptions, RpcAnswer, RpcOptions } from "./call-options.ts";
import { Contract, type ContractFunctions, type Implementation } from "./contract.ts";
import { notedMethods } from "./decorators.ts";
import { createDurableTopic, type DurableTopic, type DurableTopicOptions } from "./durable-topic.ts";
import { Ending } from "./ending.ts";
import { BusError } from "./errors.ts";
import type { EventDefinition } from "./event.ts";
import type { AnyEventSource, EventSource } from "./event-source.ts";
import { Events, type InstancePublication, isInstance, type Published, type PublishOptions } from "./events.ts";
import type { ExposeOptions } from "./exposure.ts";
import { functionsOf } from "./functions.ts";
import { type BusHealth, probe } from "./health.ts";
import type { BusIdentity } from "./identity.ts";
import { type AnyFunction, isFunction, nameOf } from "./method-names.ts";
import type { BusOptions } from "./options.ts";
import { type BusParts, createParts } from "./parts.ts";
import { type AnyConsumer, BusQueue, type QueueOptions } from "./queue.ts";
import { ReplyInbox } from "./reply-inbox.ts";
import { RpcCaller } from "./rpc-caller.ts";
import { RpcServer } from "./rpc-server.ts";
import type { RemoteArguments, RemoteValue, Stub, UntypedFunction } from "./stub.ts";
import { type ContractStub, createContractStub, createStub } from "./stub.ts";
import type { BusSubscribeOptions, EventHandler, Subscription } from "./subscription.ts";
import type { Topic } from "./topic.ts";
import { type Patience, patiently } from "./wait.ts";

/** Functions that are served until it is closed. */
export interface Exposure extends AsyncDisposable {
  readonly names: readonly string[];
  /** Serves them no more. Safe to call twice. */
  close(): Promise<void>;
}

/** Events, queues and remote calls over one transport, which `connectBus` makes. */
export class Bus implements AsyncDisposable {
  readonly #parts: BusParts;
  readonly #ports: { readonly topics: boolean; readonly queues: boolean };
  readonly #events: Events;
  readonly #inbox: ReplyInbox;
  readonly #server: RpcServer;
  readonly #caller: RpcCaller;
  readonly #consumers = new Set<AnyConsumer>();
  readonly #closing = new Ending();
  readonly #closed = new Ending();
  #ending: Promise<void> | undefined;

  /** Throws a `TypeError` for options that make no sense, and `UNSUPPORTED`. */
  constructor(options: BusOptions) {
    this.#parts = createParts(options, { closing: this.#closing, closed: this.#closed });
    this.#ports = { topics: !!options.transport.topics, queues: !!options.transport.queues };
    this.#events = new Events(this.#parts);
    this.#inbox = new ReplyInbox(this.#parts);
    this.#server = new RpcServer(this.#parts);
    this.#caller = new RpcCaller(this.#parts, this.#inbox);
  }

  /** Names this bus among all. */
  get id(): string {
    return this.#parts.self.id;
  }

  /** What others see as its name. */
  get name(): string {
    return this.#parts.self.name;
  }

  /** Publishes data on an event's channel. Rejects with `INVALID_DATA`, `NO_RECEIVER`, or as the transport does. */
  publish<Input>(event: EventDefinition<Input, unknown>, data: Input, options?: PublishOptions): Promise<Published>;
  /** Publishes data on a channel. */
  publish(channel: string, data: unknown, options?: PublishOptions): Promise<Published>;
  /** Publishes an instance on the channel of its class's name. */
  publish(event: object, options?: InstancePublication): Promise<Published>;
  publish(source: unknown, second?: unknown, options?: PublishOptions): Promise<Published> {
    try {
      this.#requireOpen();
      if (isInstance(source)) return this.#events.publishInstance(source, second ?? {});
      // The overloads leave an event or a channel.
      return this.#events.publish(source as EventDefinition<never, unknown> | string, second, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Subscribes to an event, a class of events, a channel or a pattern; resolved means that the next `publish` anywhere will be seen. */
  subscribe<Output>(
    source: EventSource<Output>,
    handler: EventHandler<Output>,
    options?: BusSubscribeOptions,
  ): Promise<Subscription<Output>>;
  /** Subscribes without a handler: the events are read by iterating the subscription. */
  subscribe<Output>(source: EventSource<Output>, options?: BusSubscribeOptions): Promise<Subscription<Output>>;
  async subscribe<Output>(
    source: EventSource<Output>,
    second?: EventHandler<Output> | BusSubscribeOptions,
    third?: BusSubscribeOptions,
  ): Promise<Subscription<Output>> {
    this.#requireOpen();
    if (typeof second === "function") return await this.#events.subscribe(source, second, third);
    return await this.#events.subscribe(source, undefined, second);
  }

  /** Takes one channel, or a pattern of channels, in the hand. */
  topic<Data = unknown>(name: string): Topic<Data>;
  /** Takes a durable channel in the hand. Throws a `TypeError` for a pattern. */
  topic<Data = unknown>(name: string, options: DurableTopicOptions): DurableTopic<Data>;
  /** Takes the durable channel of an event in the hand. */
  topic<Input, Output>(
    event: EventDefinition<Input, Output>,
    options: DurableTopicOptions,
  ): DurableTopic<Input, Output>;
  topic<Data>(source: string | EventDefinition<Data>, options?: DurableTopicOptions): Topic<Data> | DurableTopic<Data> {
    return options ? this.#durableTopic(source, options) : this.#plainTopic(String(source));
  }

  /** Takes a queue in the hand. It exists as soon as it is named. Throws a `TypeError`. */
  queue<Value = unknown>(name: string, options: QueueOptions<Value> = {}): BusQueue<Value> {
    this.#requireOpen();
    return new BusQueue(
      name,
      { parts: this.#parts, inbox: this.#inbox, keep: (consumer) => this.#keep(consumer) },
      options,
    );
  }

  /**
   * Serves a function by a name; resolved means that the next call from anywhere
   * reaches it. Rejects with `DUPLICATE`.
   */
  expose(name: string, fn: AnyFunction, options?: ExposeOptions): Promise<Exposure>;
  /** Serves a function by its own name. */
  expose(fn: AnyFunction, options?: ExposeOptions): Promise<Exposure>;
  /** Serves a method of an object, as `Class.method`. */
  expose(object: object, method: AnyFunction, options?: ExposeOptions): Promise<Exposure>;
  /** Serves the functions of a contract. */
  expose<Functions extends ContractFunctions>(
    contract: Contract<Functions>,
    implementation: Implementation<Functions>,
    options?: ExposeOptions,
  ): Promise<Exposure>;
  async expose(first: unknown, second?: unknown, third?: unknown): Promise<Exposure> {
    this.#requireOpen();
    const functions = functionsOf(first, second, third);
    const names = functions.map(({ name }) => name);
    const served = await Promise.allSettled(functions.map((fn) => this.#server.add(fn)));
    const close = async (): Promise<void> => {
      await Promise.all(functions.map((fn) => this.#server.remove(fn)));
    };
    const failed = served.find((outcome) => outcome.status === "rejected");
    if (!failed) return { names, close, [Symbol.asyncDispose]: close };
    await close();
    throw failed.reason;
  }

  /** Serves a function no more, by its name or itself; calls that run go on. Does nothing for one that is not served. */
  async unexpose(target: string | AnyFunction): Promise<void> {
    const found = this.#server.find(target);
    if (found) await this.#server.remove(found);
  }

  /**
   * Calls a function at all its servers and resolves with the list of their
   * answers; never rejects. The list is empty when nobody serves it.
   */
  rpc<Fn extends AnyFunction>(target: Fn, ...args: RemoteArguments<Fn>): Promise<readonly RpcAnswer<RemoteValue<Fn>>[]>;
  rpc<Fn extends AnyFunction = UntypedFunction>(
    name: string,
    ...args: RemoteArguments<Fn>
  ): Promise<readonly RpcAnswer<RemoteValue<Fn>>[]>;
  async rpc(target: string | AnyFunction, ...args: readonly unknown[]): Promise<readonly RpcAnswer<unknown>[]> {
    return await this.#caller.list(nameOf(target), args, {});
  }

  /** Makes a remote function of a name or a function. Nothing is sent. */
  stub<Fn extends AnyFunction>(target: Fn, options?: GatherOptions<RemoteValue<Fn>>): Stub<Fn>;
  stub<Fn extends AnyFunction = UntypedFunction>(name: string, options?: GatherOptions<RemoteValue<Fn>>): Stub<Fn>;
  /** Makes the remote functions of a contract. */
  stub<Functions extends ContractFunctions>(
    contract: Contract<Functions>,
    options?: RpcOptions,
  ): ContractStub<Functions>;
  stub(target: string | AnyFunction | Contract<ContractFunctions>, options: RpcOptions = {}): unknown {
    if (target instanceof Contract) return createContractStub(this.#caller, target, options);
    return createStub<AnyFunction>(this.#caller, nameOf(target), options);
  }

  /**
   * Connects the methods of an instance: those that decorators note, and those
   * named here with their events. Rejects when one cannot be, and then none is.
   */
  async bind<Instance extends object>(instance: Instance, events: MethodEvents<Instance> = {}): Promise<Binding> {
    const steps: (() => Promise<AsyncDisposable>)[] = [];
    const listen = (source: AnyEventSource, method: AnyFunction, options?: BusSubscribeOptions): void => {
      const handler: EventHandler<unknown> = (event, meta) => Reflect.apply(method, instance, [event, meta]);
      steps.push(() => this.subscribe(source, handler, options));
    };
    for (const { name, method, listeners, remotes } of notedMethods(instance)) {
      for (const { source, options } of listeners) listen(source, method, options);
      for (const note of remotes) {
        const call: AnyFunction = (...args) => Reflect.apply(method, instance, args);
        steps.push(() => this.expose(note.name ?? name, call, note.options));
      }
    }
    for (const [key, source] of Object.entries<AnyEventSource | undefined>(events)) {
      const method: unknown = Reflect.get(instance, key);
      if (!isFunction(method)) throw new TypeError(`"${key}" is no method of what is bound`);
      if (source !== undefined) listen(source, method);
    }
    return await new Binding().connect(steps);
  }

  /** Probes the transport by the way that messages take. Never rejects. */
  async health(patience: Patience = {}): Promise<BusHealth> {
    return await probe(this.#parts, this.#ports, patience);
  }

  /** Lists the buses that serve a function now, anywhere. */
  async servers(target: string | AnyFunction, patience: Patience = {}): Promise<readonly BusIdentity[]> {
    this.#requireOpen();
    return await this.#caller.servers(nameOf(target), patience);
  }

  /** Counts what goes on here, and looks at the queues. Rejects with `CLOSED`, or when a queue cannot be reached. */
  async stats(options: StatsOptions = {}): Promise<BusStats> {
    this.#requireOpen();
    const consumers = [...this.#consumers].map(({ name, stats }) => ({ queue: name, ...stats }));
    const names = new Set(options.queues ?? consumers.map(({ queue }) => queue));
    const queues = await Promise.all(
      [...names].map(async (queue) => ({ queue, ...(await this.queue(queue).stats()) })),
    );
    const subscriptions = [...this.#events.subscriptions].map(({ pattern, group, stats }) => ({
      pattern,
      group,
      ...stats,
    }));
    const { published } = this.#events;
    const pendingReplies = this.#inbox.size;
    return { published, subscriptions, consumers, queues, pendingReplies, served: this.#server.stats };
  }

  /**
   * Takes nothing more, lets what runs finish for up to `graceMs`, aborts and
   * gives back the rest, and lets go of the transport, which stays open. Safe to
   * call twice.
   */
  async close(): Promise<void> {
    this.#ending ??= this.#close();
    await this.#ending;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const closed = new BusError("CLOSED", "The bus is closed");
    this.#closing.end(closed);
    const consumers = [...this.#consumers].map((consumer) => consumer.close());
    await Promise.all([...consumers, this.#server.close(), this.#events.close()]);
    this.#closed.end(closed);
    await patiently(this.#inbox.close(), this.#parts.graceMs);
  }

  #durableTopic<Data>(source: string | EventDefinition<Data>, options: DurableTopicOptions): DurableTopic<Data> {
    return createDurableTopic(source, options, {
      parts: this.#parts,
      requireOpen: () => this.#requireOpen(),
      nextNumber: () => this.#events.nextNumber(),
      subscribe: (handler, how) => this.#events.subscribe<Data>(source, handler, how),
    });
  }

  #plainTopic<Data>(name: string): Topic<Data> {
    return {
      name,
      publish: (data, options) => this.publish(name, data, options),
      subscribe: async (first?: EventHandler<Data> | BusSubscribeOptions, options?: BusSubscribeOptions) =>
        typeof first === "function"
          ? await this.subscribe<Data>(name, first, options)
          : await this.subscribe<Data>(name, first),
    };
  }

  #keep(consumer: AnyConsumer): void {
    this.#consumers.add(consumer);
    void consumer.done.then(() => this.#consumers.delete(consumer));
  }

  #requireOpen(): void {
    this.#closing.throwIfOver();
  }
}
