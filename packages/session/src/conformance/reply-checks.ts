/**
 * Requests and their replies.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Transport } from "@fourwire/transport";
import { FRAME_BYTES } from "../limits.ts";
import { createGate, failsWith, numbers, pattern } from "./bench.ts";
import type { RequestCheck } from "./request-check.ts";

const MIB = 1024 * 1024;
const MANY = 200;

/** Every kind of value that crosses. */
const VALUES: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ...[0n, -(2n ** 70n), "", "naïve 漢字 😀 \u0000", new Date(1_700_000_000_123), new Set([1, "two"])],
  ...[new Map<unknown, unknown>([[{ a: 1 }, new Date(0)]]), new Uint8Array(), new Float32Array([0.5, -1])],
  ...[new BigInt64Array([-1n]), [], [1, [2, [undefined]]], {}, { deep: { er: [new Map([["k", new Set([1n])]])] } }],
];

/** The checks of what is asked and answered. */
export const replyChecks: readonly RequestCheck[] = [
  {
    id: "request/reply",
    says: "A request reaches the handler, and the reply, or what its promise resolves with, reaches who asked.",
    async run({ serve, ask }) {
      const server = await serve((request) => (request === "later" ? Promise.resolve(["later"]) : [request]));
      const requester = await ask(server.address);
      for (const request of ["now", "later", "now"]) {
        assert.deepStrictEqual(await requester.request(request), [request]);
      }
    },
  },
  {
    id: "request/address",
    says: "The address that a server reports connects to it and to no other, also when it was a fresh one.",
    async run({ serve, serveAt, ask }) {
      const servers = [
        await serve(() => "the first"),
        await serveAt(undefined, () => "the second"),
        await serveAt(undefined, () => "the third"),
      ];
      const requesters = await Promise.all(servers.map(({ address }) => ask(address)));
      const replies = await Promise.all(requesters.map((requester) => requester.request("who is there?")));
      assert.deepStrictEqual(replies, ["the first", "the second", "the third"]);
    },
  },
  {
    id: "request/concurrent",
    says: "Each of many requests at once gets its own reply, in whatever order the handler answers.",
    async run({ serve, ask }) {
      const all = createGate();
      const answers: (() => void)[] = [];
      const server = await serve((request) => {
        const reply = new Promise((resolve) => answers.push(() => resolve({ to: request })));
        if (answers.length === MANY) all.open();
        return reply;
      });
      const requesters = [await ask(server.address), await ask(server.address)];
      const replies = Promise.all(numbers(MANY).map((index) => requesters[index % 2]?.request(index)));
      await all.opened;
      // 73 and the number of requests have no divisor in common, so this meets each of them once.
      for (const index of numbers(MANY)) answers[(index * 73) % MANY]?.();
      assert.deepStrictEqual(
        await replies,
        numbers(MANY).map((to) => ({ to })),
      );
    },
  },
  {
    id: "request/order",
    says: "Requests of one turn reach the handler in the order in which they were made, with and without large bytes.",
    async run({ serve, ask }) {
      const arrived: unknown[] = [];
      const server = await serve((request) => {
        if (Array.isArray(request)) arrived.push(request[0]);
      });
      const requester = await ask(server.address);
      const bytes = new Uint8Array(2 * FRAME_BYTES);
      const make = (index: number): Promise<unknown> => requester.request(index % 10 === 0 ? [index, bytes] : [index]);
      await Promise.all(numbers(MANY).map(make));
      assert.deepStrictEqual(arrived, numbers(MANY));
    },
  },
  {
    id: "request/errors",
    says: "What the handler throws rejects that request with its name and message, and no other.",
    async run({ serve, ask }) {
      const server = await serve((request) => {
        if (request === "throws") throw new RangeError("too much");
        return request === "rejects" ? Promise.reject(new TypeError("too odd")) : request;
      });
      const requester = await ask(server.address);
      const requests = ["before", "throws", "between", "rejects", "after"].map((request) => requester.request(request));
      const [before, throws, between, rejects, after] = await Promise.allSettled(requests);
      const good = [before, between, after].map((one) => one?.status === "fulfilled" && one.value);
      assert.deepStrictEqual(good, ["before", "between", "after"]);
      const bad = [throws, rejects].map((one) => one?.status === "rejected" && describe(one.reason));
      assert.deepStrictEqual(bad, ["RangeError: too much", "TypeError: too odd"]);
    },
  },
  {
    id: "request/values",
    says: "Values of every kind arrive as what they were, in requests and in replies.",
    async run({ serve, ask }) {
      const arrived: unknown[] = [];
      const server = await serve((request) => {
        arrived.push(request);
        return request;
      });
      const requester = await ask(server.address);
      for (const value of VALUES) assert.deepStrictEqual(await requester.request(value), value);
      assert.deepStrictEqual(arrived, VALUES);
    },
  },
  {
    id: "request/bytes",
    says: "Bytes of every size arrive intact, several requests of megabytes at once included.",
    deadlineMs: 20_000,
    async run({ transport, serve, ask }) {
      const server = await serve((request) => (Array.isArray(request) ? request.toReversed() : request));
      const requester = await ask(server.address);
      const sizes = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, largeFor(transport)];
      const sent = sizes.map(pattern);
      const replies = await Promise.all([1, 2, 3].map(() => requester.request(sent)));
      for (const reply of replies) assertSameBytes(reply, sent.toReversed());
    },
  },
  {
    id: "request/not-serializable",
    says: "A value that does not cross rejects its own request with NOT_SERIALIZABLE, and no other.",
    async run({ serve, ask }) {
      const server = await serve((request) => (request === "a function" ? () => 1 : request));
      const requester = await ask(server.address);
      const bad = [requester.request(Symbol("here")), requester.request("a function")];
      const good = requester.request("good");
      for (const one of bad) await failsWith("NOT_SERIALIZABLE", one);
      assert.equal(await good, "good");
    },
  },
  {
    id: "request/stream",
    says: "A reply that is an async iterable arrives item by item, and leaving it ends the handler's.",
    async run({ serve, ask }) {
      const ended = createGate();
      const server = await serve(async function* () {
        try {
          for (let index = 0; ; index += 1) yield index;
        } finally {
          ended.open();
        }
      });
      const requester = await ask(server.address);
      const received: unknown[] = [];
      for await (const item of itemsOf(await requester.request("count"))) {
        if (received.push(item) === MANY) break;
      }
      assert.deepStrictEqual(received, numbers(MANY));
      await ended.opened;
    },
  },
];

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Picks a size that takes several messages of a small medium, but fits into one. */
function largeFor({ traits }: Transport): number {
  return Math.min(2 * MIB, Math.floor(traits.maxMessageBytes / 4));
}

function assertSameBytes(actual: unknown, expected: readonly Uint8Array[]): void {
  assert.ok(Array.isArray(actual), "The reply is no list");
  const sizes = actual.map((bytes: unknown) => (bytes instanceof Uint8Array ? bytes.byteLength : undefined));
  assert.deepStrictEqual(
    sizes,
    expected.map((bytes) => bytes.byteLength),
  );
  const differs = expected.findIndex((bytes, index) => Buffer.compare(bytes, actual[index]) !== 0);
  assert.equal(differs, -1, `The bytes at ${differs} are others`);
}

function itemsOf(reply: unknown): AsyncIterable<unknown> {
  assert.ok(isAsyncIterable(reply), `The reply is ${String(reply)} instead of a stream`);
  return reply;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
