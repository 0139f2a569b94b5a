/**
 * What a transport is and how it ends.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Traits } from "../transport.ts";
import { accept, join, listen, meet, read, receive, rejectsWith, text } from "./bench.ts";
import type { Check } from "./check.ts";

const TRAITS: Readonly<Record<keyof Traits, "boolean" | "number">> = {
  detectsLoss: "boolean",
  topics: "boolean",
  queues: "boolean",
  logs: "boolean",
  durable: "boolean",
  transferables: "boolean",
  encrypted: "boolean",
  local: "boolean",
  maxMessageBytes: "number",
};

/** The checks of the transport itself. */
export const transportChecks: readonly Check[] = [
  {
    id: "transport/traits",
    says: "A transport has a name and states every trait.",
    async run({ transport }) {
      assert.ok(transport.name.length > 0);
      const stated = new Map<string, unknown>(Object.entries(transport.traits));
      for (const [trait, type] of Object.entries(TRAITS)) assert.equal(typeof stated.get(trait), type, trait);
      assert.ok(transport.traits.maxMessageBytes > 0);
    },
  },
  {
    id: "transport/ports",
    says: "The topics, queues and logs ports are present exactly when the traits say so.",
    async run({ transport }) {
      assert.equal(transport.topics !== undefined, transport.traits.topics, "topics");
      assert.equal(transport.queues !== undefined, transport.traits.queues, "queues");
      assert.equal(transport.logs !== undefined, transport.traits.logs, "logs");
    },
  },
  {
    id: "transport/recipe",
    says: "A recipe, where there is one, names a module and an export and is plain data.",
    async run({ transport: { recipe } }) {
      if (!recipe) return;
      assert.equal(typeof recipe.module, "string");
      assert.ok(recipe.module.length > 0, "The recipe names no module");
      assert.equal(typeof recipe.export, "string");
      assert.ok(recipe.export.length > 0, "The recipe names no export");
      // Throws for a function; a class instance comes back without its class.
      assert.deepStrictEqual(structuredClone(recipe), { ...recipe });
    },
  },
  {
    id: "transport/reopens",
    says: "A transport whose last channel and listener are closed opens new ones.",
    async run(bench) {
      const first = await meet(bench);
      await first.near.close();
      await first.far.close();
      await first.listener.close();
      const second = await meet(bench);
      await second.near.send(text("again"));
      assert.equal(read(await receive(second.far)), "again");
    },
  },
  {
    id: "transport/close-ends-channels",
    says: "Closing a transport closes its channels.",
    async run(bench) {
      const { near, far } = await meet(bench);
      await bench.transport.close();
      assert.equal(await near.closed, undefined);
      assert.equal(await far.closed, undefined);
    },
  },
  {
    id: "transport/close-ends-listeners",
    says: "Closing a transport ends the iteration of its listeners.",
    async run(bench) {
      const listener = await listen(bench);
      const waiting = listener[Symbol.asyncIterator]().next();
      await bench.transport.close();
      assert.equal((await waiting).done, true);
    },
  },
  {
    id: "transport/close-is-final",
    says: "After a transport is closed, connect and listen reject with CLOSED.",
    async run(bench) {
      const { address } = await listen(bench);
      await bench.transport.close();
      await rejectsWith("CLOSED", bench.transport.connect(address));
      await rejectsWith("CLOSED", bench.transport.listen(bench.fixture.address()));
    },
  },
  {
    id: "transport/close-twice",
    says: "A transport can be closed twice, also at the same time.",
    async run(bench) {
      await meet(bench);
      await Promise.all([bench.transport.close(), bench.transport.close()]);
      await bench.transport.close();
    },
  },
  {
    id: "transport/dispose",
    says: "Transports, listeners and channels are AsyncDisposable, and disposing closes.",
    async run(bench) {
      const { listener, near } = await meet(bench);
      await near[Symbol.asyncDispose]();
      await rejectsWith("CLOSED", near.send(text("late")));
      await listener[Symbol.asyncDispose]();
      await assert.rejects(accept(listener), /ended/);
      await bench.transport[Symbol.asyncDispose]();
      await rejectsWith("CLOSED", bench.transport.listen(bench.fixture.address()));
    },
  },
  {
    id: "transport/many-clients",
    says: "Channels of one listener are independent: each has its own messages and its own end.",
    async run(bench) {
      const listener = await listen(bench);
      const first = await join(bench, listener);
      const second = await join(bench, listener);
      await first.far.send(text("to the first"));
      await second.far.send(text("to the second"));
      assert.equal(read(await receive(second.near)), "to the second");
      assert.equal(read(await receive(first.near)), "to the first");
      await first.near.close();
      await first.far.closed;
      await second.near.send(text("still here"));
      assert.equal(read(await receive(second.far)), "still here");
    },
  },
];
