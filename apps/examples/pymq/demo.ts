/**
 * The three programs of PyMQ's documentation: events, a queue, and calls of a method of all its servers.
 *
 * `node demo.js`; it checks itself by its exit code.
 *
 * @module
 */

import assert from "node:assert/strict";
import { connectBus, defineEvent, nameMethods } from "@fourwire/bus";
import { memory } from "@fourwire/transport/memory";
import { z } from "zod";

await using transport = memory();
await using bus = await connectBus({ transport });

// Events: what is published is what a subscriber gets, checked at both ends.
const SystemStatus = defineEvent("system.status", z.object({ cpu: z.number(), memory: z.number() }));
const statuses = await bus.subscribe(SystemStatus);
const { receivers } = await bus.publish(SystemStatus, { cpu: 0.5, memory: 1_024 });
assert.equal(receivers, 1);
for await (const { event, meta } of statuses) {
  console.log(`events: ${meta.channel} says cpu ${event.cpu}, memory ${event.memory}`);
  assert.deepEqual(event, { cpu: 0.5, memory: 1_024 });
  break;
}

// A queue: what one process puts, another one gets.
const queue = bus.queue<string>("my_queue");
await queue.put("obj");
const item = await queue.get();
console.log(`queue: got ${item}`);
assert.equal(item, "obj");

// Calls by name, and by a method that several processes serve.
await using _product = await bus.expose("product_remote", (a: number, b: number) => a * b);
const results = await bus.rpc<(a: number, b: number) => number>("product_remote", 2, 4);
console.log(`rpc: product_remote(2, 4) is ${results[0]?.result}`);
assert.deepEqual(
  results.map(({ result }) => result),
  [8],
);

class EchoServer {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  echo(text: string): string {
    return `${this.#name}: ${text}`;
  }
}

nameMethods(EchoServer);
await using other = await connectBus({ transport });
await bus.expose(new EchoServer("one"), EchoServer.prototype.echo);
await other.expose(new EchoServer("two"), EchoServer.prototype.echo);
const echoes = await bus.rpc(EchoServer.prototype.echo, "hello");
const texts = echoes.map(({ result }) => result).sort();
console.log(`rpc: EchoServer.echo("hello") is ${texts.join(" and ")}`);
assert.deepEqual(texts, ["one: hello", "two: hello"]);
