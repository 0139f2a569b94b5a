/**
 * The calls that one bus makes.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import type { GatherOptions, RpcAnswer, RpcOptions } from "./call-options.ts";
import { BusError } from "./errors.ts";
import { Gathering, noServer } from "./gathering.ts";
import type { BusIdentity } from "./identity.ts";
import { KnownServers } from "./known-servers.ts";
import { checkMetadata, NO_METADATA } from "./metadata.ts";
import { type BusParts, checkAbove, traced } from "./parts.ts";
import type { ReplyInbox } from "./reply-inbox.ts";
import { type CallDetails, sendCancel, writeCall, writeNote } from "./rpc-message.ts";
import { type CallMeans, SingleCall } from "./single-call.ts";
import type { Patience } from "./wait.ts";

/** How many were asked, where the transport knows. */
interface Asked {
  readonly receivers?: number;
}

/** How long servers are asked for unless another time is given. */
const ASKING_MS = 1_000;

/** Calls functions by name, at one server or at all. */
export class RpcCaller {
  readonly #parts: BusParts;
  readonly #inbox: ReplyInbox;
  readonly #means: CallMeans;

  constructor(parts: BusParts, inbox: ReplyInbox) {
    this.#parts = parts;
    this.#inbox = inbox;
    this.#means = { parts, inbox, servers: new KnownServers(parts, inbox) };
  }

  /**
   * Calls one server, another one with every call. Rejects with what the
   * function threw, `NO_SERVER`, `TIMEOUT` or the signal's reason.
   */
  async one<Result>(name: string, args: readonly unknown[], options: RpcOptions): Promise<Result> {
    const details = this.#details(options);
    const { signal } = options;
    signal?.throwIfAborted();
    this.#parts.closed.throwIfOver();
    const result = await traced(
      this.#parts,
      `call ${name}`,
      details.metadata,
      (metadata) => new SingleCall(this.#means, name, args, { ...details, metadata }, signal).result,
    );
    // A result has the type that the two ends have agreed on.
    return result as Result;
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
    const { codec, self } = this.#parts;
    const details = this.#details(options);
    yield* this.#gather<Result>(name, details.timeoutMs, options, (number) =>
      traced(this.#parts, `call ${name}`, details.metadata, async (metadata) => {
        const call = { caller: self.id, number, name };
        const frames = writeCall(codec, call, args, { ...details, metadata, tellsWorking: true });
        return await this.#parts.topics().publish(this.#parts.names.call(name), frames);
      }),
    );
  }

  /** Lists the servers of a function. */
  async servers(name: string, { signal, timeoutMs = ASKING_MS }: Patience): Promise<readonly BusIdentity[]> {
    const { codec, names, self } = this.#parts;
    const found: BusIdentity[] = [];
    const ask = (number: number): Promise<Asked> =>
      this.#parts.topics().publish(names.call(name), writeNote(codec, { kind: "who", caller: self.id, number, name }));
    try {
      for await (const { server } of this.#gather(name, timeoutMs, { signal }, ask)) if (server) found.push(server);
    } catch (error) {
      if (!isNoServer(toError(error))) throw error;
    }
    return found;
  }

  /** Asks all servers something and yields their answers, until they are enough or the time is up. */
  async *#gather<Result>(
    name: string,
    timeoutMs: number,
    options: GatherOptions<Result>,
    ask: (number: number) => Promise<Asked>,
  ): AsyncGenerator<RpcAnswer<Result>, void> {
    const parts = this.#parts;
    // Where there are no topics, that is the reason, whatever else there is.
    parts.topics();
    options.signal?.throwIfAborted();
    let number = 0;
    const gathering = new Gathering<Result>(name, timeoutMs, options, (isComplete) => {
      this.#inbox.forget(number);
      if (!isComplete && number > 0) sendCancel(parts, parts.names.call(name), { number, name });
    });
    const begin = async (): Promise<Asked> => {
      await this.#inbox.open();
      if (gathering.isOver) return {};
      number = this.#inbox.expect(gathering);
      return await ask(number);
    };
    begin().then(
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
    if (metadata !== NO_METADATA) checkMetadata(metadata);
    return { timeoutMs, metadata, idempotencyKey, tellsWorking: false };
  }
}

function isNoServer(error: Error): boolean {
  return error instanceof BusError && error.code === "NO_SERVER";
}
