/**
 * Addresses: listening at them, connecting to them, waiting for either.
 *
 * @module
 */

import assert from "node:assert/strict";
import { accept, join, listen, meet, read, receive, rejectsBecause, rejectsWith, text } from "./bench.ts";
import type { Bench, Check } from "./check.ts";

/** The checks of `listen`, `connect` and listeners. */
export const addressChecks: readonly Check[] = [
  {
    id: "address/connectable",
    says: "A listener's address is ready to hand to connect.",
    async run(bench) {
      const { near, far } = await meet(bench);
      await near.send(text("hello"));
      assert.equal(read(await receive(far)), "hello");
    },
  },
  {
    id: "address/fresh",
    says: "Listening without an address binds a fresh one each time, ready to hand to connect.",
    async run(bench) {
      const first = await bench.transport.listen();
      const second = await bench.transport.listen();
      assert.notEqual(first.address, second.address);
      for (const listener of [first, second]) {
        const { near, far } = await join(bench, listener);
        await near.send(text(listener.address));
        assert.equal(read(await receive(far)), listener.address);
      }
    },
  },
  {
    id: "address/in-use",
    says: "Listening at an address in use rejects with ADDRESS_IN_USE, and who listens there goes on.",
    async run(bench) {
      const listener = await listen(bench);
      await rejectsWith("ADDRESS_IN_USE", bench.transport.listen(listener.address));
      await join(bench, listener);
    },
  },
  {
    id: "address/refused",
    says: "Connecting to an address at which nobody listens rejects with REFUSED.",
    async run(bench) {
      await rejectsWith("REFUSED", bench.transport.connect(await refusedAddress(bench)));
    },
  },
  {
    id: "address/invalid",
    says: "An address that the driver does not understand rejects with ADDRESS_INVALID.",
    async run(bench) {
      const address = bench.fixture.invalidAddress?.() ?? "";
      await rejectsWith("ADDRESS_INVALID", bench.transport.connect(address));
      await rejectsWith("ADDRESS_INVALID", bench.transport.listen(address));
    },
  },
  {
    id: "address/listen-again",
    says: "An address is free again once its listener is closed.",
    async run(bench) {
      const first = await listen(bench);
      await first.close();
      const second = await bench.transport.listen(first.address);
      assert.equal(second.address, first.address);
      await join(bench, second);
    },
  },
  {
    id: "address/abort-before",
    says: "With a signal that is aborted already, connect and listen reject with its reason.",
    async run(bench) {
      const { address } = await listen(bench);
      const reason = new Error("changed my mind");
      const signal = AbortSignal.abort(reason);
      await rejectsBecause(reason, bench.transport.connect(address, { signal }));
      await rejectsBecause(reason, bench.transport.listen(bench.fixture.address(), { signal }));
    },
  },
  {
    id: "address/abort-during",
    says: "A signal aborted while connect or listen waits ends the wait with its reason, unless it is over already.",
    async run(bench) {
      const listener = await listen(bench);
      await abortDuring((signal) => bench.transport.connect(listener.address, { signal }));
      await listener.close();
      await abortDuring((signal) => bench.transport.listen(bench.fixture.address(), { signal }));
    },
  },
  {
    id: "address/abort-after",
    says: "A signal aborted after connect and listen resolved changes nothing.",
    async run(bench) {
      const controller = new AbortController();
      const { signal } = controller;
      const listener = await bench.transport.listen(bench.fixture.address(), { signal });
      const near = await bench.transport.connect(listener.address, { signal });
      const far = await accept(listener);
      controller.abort(new Error("too late"));
      await near.send(text("still open"));
      assert.equal(read(await receive(far)), "still open");
      await join(bench, listener);
    },
  },
  {
    id: "listener/close-stops",
    says: "Closing a listener ends its iteration, and connecting to it rejects with REFUSED.",
    async run(bench) {
      const listener = await listen(bench);
      const waiting = listener[Symbol.asyncIterator]().next();
      await listener.close();
      assert.equal((await waiting).done, true);
      await rejectsWith("REFUSED", bench.transport.connect(listener.address));
    },
  },
  {
    id: "listener/close-keeps-channels",
    says: "Channels already accepted go on when their listener closes.",
    async run(bench) {
      const { listener, near, far } = await meet(bench);
      await listener.close();
      await near.send(text("ping"));
      assert.equal(read(await receive(far)), "ping");
      await far.send(text("pong"));
      assert.equal(read(await receive(near)), "pong");
    },
  },
  {
    id: "listener/close-ends-untaken",
    says: "Channels that nobody took from a listener end when it closes.",
    async run(bench) {
      const listener = await listen(bench);
      const near = await bench.transport.connect(listener.address);
      await listener.close();
      await near.closed;
    },
  },
  {
    id: "listener/close-twice",
    says: "A listener can be closed twice, also at the same time.",
    async run(bench) {
      const listener = await listen(bench);
      await Promise.all([listener.close(), listener.close()]);
      await listener.close();
    },
  },
];

async function refusedAddress(bench: Bench): Promise<string> {
  const given = await bench.fixture.refusedAddress?.();
  if (given !== undefined) return given;
  const listener = await listen(bench);
  await listener.close();
  return listener.address;
}

async function abortDuring(open: (signal: AbortSignal) => Promise<AsyncDisposable>): Promise<void> {
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  const opening = open(controller.signal);
  controller.abort(reason);
  await opening.then(
    (opened) => opened[Symbol.asyncDispose](),
    (error) => assert.equal(error, reason),
  );
}
