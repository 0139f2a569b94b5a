/**
 * The calls that one bus makes.
 *
 * @module
 */

import type { Metadata } from "@fourwire/session";
import { toError } from "@fourwire/session";
import type { GatherOptions, RpcAnswer, RpcOptions } from "./call-options.ts";
import { BusError } from "./errors.ts";
import { answerOf, Gathering, noServer } from "./gathering.ts";
import { type KnownServer, KnownServers } from "./known-servers.ts";
import { checkMetadata, NO_METADATA } from "./metadata.ts";
import { type BusParts, checkAbove, traced } from "./parts.ts";
import type { Reply, ReplyInbox } from "./reply-inbox.ts";
import { type CallDetails, writeCall, writeNote } from "./rpc-message.ts";
import { within } from "./wait.ts";

/** What one server said to a call that was for it alone. */
type Single = { readonly kind: "answer"; readonly answer: RpcAnswer<unknown> } | { readonly kind: "gone" };

/** Calls functions by name, at one server or at all. */
export class RpcCaller {
  readonly #parts: BusParts;
  readonly #inbox: ReplyInbox;
  readonly #servers: KnownServers;

  constructor(parts: BusParts, inbox: ReplyInbox) {
    this.#parts = parts;
    this.#inbox = inbox;
    this.#servers = new KnownServers(parts, inbox);
  }

  /**
   * Calls one server, another one with every call. Rejects with what the
   * function threw, `NO_SERVER`, `TIMEOUT` or the signal's reason.
   */
  async one<Result>(name: string, args: readonly unknown[], options: RpcOptions): Promise<Result> {
    const details = this.#details(options);
    const timeout = (): BusError => timedOut(name, details.timeoutMs);
    let isFound = false;
    const answer = await traced(this.#parts, `call ${name}`, details.metadata, (metadata) =>
      within({ ...options, timeoutMs: details.timeoutMs }, this.#parts.closed, timeout, async (signal) => {
        await this.#inbox.open();
        for (;;) {
          const server = await this.#pick(name, signal, () => isFound);
          isFound = true;
          const single = await this.#callOne(server, name, args, { ...details, metadata }, signal);
          if (single.kind === "answer") return resultOf(single.answer);
          this.#servers.forget(name, server.id);
        }
      }),
    );
    // A result has the type that the two ends have agreed on.
    return answer as Result;
  }

  /** Calls all servers and resolves with the first result. Rejects with the first error when none has one, `NO_SERVER` or `TIMEOUT`. */
  async first<Result>(name: string, args: readonly unknown[], options: RpcOptions): Promise<Result> {
    let failure: Error | undefined;
    for await (const answer of this.all<Result>(name, args, options)) {
      if (!answer.error) return answer.result;
      failure ??= answer.error;
    }
    throw failure ?? noServer(name);
  }

  /** Calls all servers and yields their answers as they arrive. Rejects with `NO_SERVER` or the signal's reason. */
  async *all<Result>(
    name: string,
    args: readonly unknown[],
    options: GatherOptions<Result>,
  ): AsyncGenerator<RpcAnswer<Result>, void> {
    const { codec, names, self } = this.#parts;
    const details = this.#details(options);
    const topics = this.#parts.topics();
    options.signal?.throwIfAborted();
    await this.#inbox.open();
    let number = 0;
    const gathering = new Gathering<Result>(name, details.timeoutMs, options, (isComplete) => {
      this.#inbox.forget(number);
      if (!isComplete) this.#cancel(names.call(name), number, name);
    });
    number = this.#inbox.expect(gathering);
    const publish = (metadata: Metadata): Promise<{ readonly receivers?: number }> => {
      const frames = writeCall(codec, { caller: self.id, number, name }, args, {
        ...details,
        metadata,
        tellsWorking: true,
      });
      return topics.publish(names.call(name), frames, { signal: options.signal });
    };
    traced(this.#parts, `call ${name}`, details.metadata, publish).then(
      ({ receivers }) => gathering.sent(receivers),
      (error: unknown) => gathering.end(toError(error)),
    );
    yield* gathering.read();
  }

  /** Calls all servers and resolves with the list of their answers; never rejects. */
  async list<Result>(
    name: string,
    args: readonly unknown[],
    options: GatherOptions<Result>,
  ): Promise<readonly RpcAnswer<Result>[]> {
    const answers: RpcAnswer<Result>[] = [];
    try {
      for await (const answer of this.all<Result>(name, args, options)) answers.push(answer);
    } catch (thrown) {
      const error = toError(thrown);
      if (!isNoServer(error)) answers.push({ error, args: [error.message], server: undefined });
    }
    return answers;
  }

  #details({ timeoutMs = this.#parts.rpcTimeoutMs, metadata = NO_METADATA, idempotencyKey }: RpcOptions): CallDetails {
    checkAbove("timeoutMs", timeoutMs, 0);
    checkMetadata(metadata);
    return { timeoutMs, metadata, idempotencyKey, tellsWorking: false };
  }

  /** Finds a server; where nobody has answered by the deadline, there is none. */
  async #pick(name: string, signal: AbortSignal, isFound: () => boolean): Promise<KnownServer> {
    try {
      return await this.#servers.pick(name, signal);
    } catch (error) {
      if (!isFound() && error instanceof BusError && error.code === "TIMEOUT") throw noServer(name);
      throw error;
    }
  }

  async #callOne(
    server: KnownServer,
    name: string,
    args: readonly unknown[],
    details: CallDetails,
    signal: AbortSignal,
  ): Promise<Single> {
    const { codec, names, self } = this.#parts;
    const topic = names.server(server.id);
    let number = 0;
    server.pending += 1;
    try {
      return await new Promise<Single>((resolve, reject) => {
        const abort = (): void => {
          this.#cancel(topic, number, name);
          reject(signal.reason);
        };
        signal.addEventListener("abort", abort, { once: true });
        const reply = ({ kind, sender, value, more }: Reply): void => {
          signal.removeEventListener("abort", abort);
          if (kind === "gone") resolve({ kind: "gone" });
          else if (kind === "result" || kind === "error") {
            resolve({ kind: "answer", answer: answerOf(kind, value, more, sender) });
          }
        };
        number = this.#inbox.expect({ reply, end: reject });
        const frames = writeCall(codec, { caller: self.id, number, name }, args, details);
        this.#parts
          .topics()
          .publish(topic, frames, { signal })
          .then(({ receivers }) => {
            if (receivers === 0) resolve({ kind: "gone" });
          }, reject);
      });
    } finally {
      server.pending -= 1;
      this.#inbox.forget(number);
    }
  }

  /** Tells the servers that nobody waits any more. Whether they hear it changes nothing here. */
  #cancel(topic: string, number: number, name: string): void {
    const { codec, self } = this.#parts;
    if (this.#parts.closed.isOver) return;
    const frames = writeNote(codec, { kind: "cancel", caller: self.id, number, name });
    this.#parts
      .topics()
      .publish(topic, frames)
      .catch(() => undefined);
  }
}

function resultOf(answer: RpcAnswer<unknown>): unknown {
  if (answer.error) throw answer.error;
  return answer.result;
}

function timedOut(name: string, timeoutMs: number): BusError {
  return new BusError("TIMEOUT", `"${name}" was not answered within ${timeoutMs} ms`);
}

function isNoServer(error: Error): boolean {
  return error instanceof BusError && error.code === "NO_SERVER";
}
