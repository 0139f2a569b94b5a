/**
 * One namespace, as a client asks for it.
 *
 * @module
 */

import type { Ask, Connection } from "./connection.ts";
import { StateError } from "./errors.ts";
import type { Check, Operation } from "./operation.ts";
import { type Path, showPath } from "./path.ts";
import { Request } from "./protocol.ts";
import { type Reply, readHead, readReply, readRevision } from "./replies.ts";
import type { WriteOptions } from "./state-options.ts";

/** What one transaction consists of. */
export interface LinkCommit {
  readonly operations: readonly Operation[];
  readonly checks?: readonly Check[] | undefined;
}

/** The number of a write that may have been applied, and where its writer last knew the namespace to be. */
type RepeatedWrite = readonly [write: number, epoch: string, revision: number];

/** Where a namespace is. */
export interface Head {
  readonly epoch: string;
  readonly revision: number;
  /** The oldest revision from which changes can be had. */
  readonly oldest: number;
}

/** The requests about one namespace, and what is known of it. */
export class Link {
  readonly connection: Connection;
  readonly namespace: string;
  #epoch = "";
  #seen = 0;
  readonly #forget: () => void;

  constructor(connection: Connection, namespace: string) {
    this.connection = connection;
    this.namespace = namespace;
    this.#forget = connection.onReset(async () => {
      // A namespace that is gone says so to whoever asks for it.
      this.#epoch = "";
      const ask: Ask<Head> = { request: Request.HEAD, namespace, args: [], read: this.#readHead };
      await connection.askNow(ask).catch(() => undefined);
    });
  }

  /** The history that the authority goes on with. */
  get epoch(): string {
    return this.#epoch;
  }

  /** The newest revision that this client has heard of. */
  get seen(): number {
    return this.#seen;
  }

  /** Asks where the namespace is. */
  async head(): Promise<Head> {
    return await this.ask(Request.HEAD, [], this.#readHead);
  }

  /** Asks for something that may be asked again. */
  ask<Answer>(
    request: number,
    args: readonly unknown[],
    read: (reply: unknown) => Answer,
    options?: WriteOptions,
  ): Promise<Answer> {
    return this.connection.ask({ request, namespace: this.namespace, args, options, read });
  }

  /** Asks for something whose answer begins with a revision. */
  read(request: number, args: readonly unknown[], options?: WriteOptions): Promise<Reply> {
    return this.ask(request, args, this.#readReply, options);
  }

  /** Reads a value, or gives what stands for a missing one. */
  get(path: Path, missing: unknown, options?: WriteOptions): Promise<unknown> {
    const read = missing === undefined ? this.#readValue : (wire: unknown) => this.#readValue(wire, missing);
    return this.ask(Request.GET, [path], read, options);
  }

  /** Writes; the answer is `[revision, results]` or `[revision, undefined, failed check]`. */
  commit({ operations, checks }: LinkCommit, options?: WriteOptions): Promise<Reply> {
    return this.#commit(operations, checks, options, this.#readReply);
  }

  /** Writes one thing and resolves with its result. */
  one(operation: Operation, options?: WriteOptions): Promise<unknown> {
    return this.#commit([operation], undefined, options, this.#readResult);
  }

  /** Writes one thing that has no result. */
  put(operation: Operation, options?: WriteOptions): Promise<void> {
    return this.#commit([operation], undefined, options, this.#readNothing);
  }

  /** Writes, and rejects with `CONFLICT` when a check fails. Resolves with the revision. */
  async commitChecked({ operations, checks = [] }: LinkCommit, options?: WriteOptions): Promise<number> {
    const [revision, , failed] = await this.commit({ operations, checks }, options);
    if (typeof failed !== "number") return revision;
    const [, path = []] = checks[failed] ?? [];
    throw new StateError("CONFLICT", `The check of ${showPath(path)} failed at revision ${revision}`, {
      current: revision,
    });
  }

  /** Runs an action. */
  act(name: string, input: unknown, options?: WriteOptions): Promise<Reply> {
    return this.#write(Request.ACT, (write) => [name, input, write], options, this.#readReply);
  }

  /** Lets go of the namespace. */
  close(): void {
    this.#forget();
  }

  #commit<Answer>(
    operations: readonly Operation[],
    checks: readonly Check[] | undefined,
    options: WriteOptions | undefined,
    read: (reply: unknown) => Answer,
  ): Promise<Answer> {
    const tag = options?.tag;
    const rest = checks || tag !== undefined ? [checks, tag] : [];
    return this.#write(Request.COMMIT, (write) => [operations, write, ...rest], options, read);
  }

  /** What may have been acted upon is repeated with what the authority needs to tell. */
  #write<Answer>(
    request: number,
    toArgs: (write: number | RepeatedWrite) => readonly unknown[],
    options: WriteOptions | undefined,
    read: (reply: unknown) => Answer,
  ): Promise<Answer> {
    const { namespace, connection } = this;
    // Where the namespace is has to be known: by that the authority tells whether it has the write already.
    if (connection.entering) return connection.ready().then(() => this.#write(request, toArgs, options, read));
    const [write, epoch, seen] = [connection.nextWrite(), this.#epoch, this.#seen];
    const again = () => toArgs([write, epoch, seen]);
    return connection.ask({ request, namespace, args: toArgs(write), again, options, read });
  }

  readonly #readReply = (wire: unknown): Reply => {
    const reply = readReply(wire);
    this.#notice(reply[0]);
    return reply;
  };

  readonly #readHead = (wire: unknown): Head => {
    const [epoch, revision, oldest] = readHead(wire);
    if (epoch !== this.#epoch) [this.#epoch, this.#seen] = [epoch, 0];
    this.#notice(revision);
    return { epoch, revision, oldest };
  };

  readonly #readValue = (wire: unknown, missing?: unknown): unknown => {
    this.#notice(readRevision(wire));
    return Array.isArray(wire) && wire.length > 1 ? wire[1] : missing;
  };

  readonly #readResult = (wire: unknown): unknown => {
    const result: unknown = Array.isArray(wire) ? wire[1] : undefined;
    this.#readNothing(wire);
    return result;
  };

  readonly #readNothing = (wire: unknown): void => {
    this.#notice(readRevision(wire));
  };

  #notice(revision: number): void {
    if (revision > this.#seen) this.#seen = revision;
  }
}
