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
import { type Reply, readHead, readReply } from "./replies.ts";
import type { WriteOptions } from "./state-options.ts";
import { ABSENT } from "./tree.ts";

/** What one transaction consists of. */
export interface LinkCommit {
  readonly operations: readonly Operation[];
  readonly checks?: readonly Check[] | undefined;
}

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

  /** Reads a value, `ABSENT` when nothing is there. */
  get(path: Path, options?: WriteOptions): Promise<unknown> {
    return this.ask(Request.GET, [path], this.#readValue, options);
  }

  /** Writes; the answer is `[revision, results]` or `[revision, undefined, failed check]`. */
  commit({ operations, checks }: LinkCommit, options?: WriteOptions): Promise<Reply> {
    const write = this.connection.nextWrite();
    const args = [operations, write, checks, options?.tag];
    return this.#write(Request.COMMIT, args, options);
  }

  /** Writes one thing and resolves with its result. */
  async one(operation: Operation, options?: WriteOptions): Promise<unknown> {
    const [, result] = await this.commit({ operations: [operation] }, options);
    return result;
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
    return this.#write(Request.ACT, [name, input, this.connection.nextWrite()], options);
  }

  /** Lets go of the namespace. */
  close(): void {
    this.#forget();
  }

  /** What may have been acted upon is repeated with what the authority needs to tell. */
  #write(request: number, args: readonly unknown[], options?: WriteOptions): Promise<Reply> {
    const again = [...args, this.#epoch, this.#seen];
    const { namespace } = this;
    return this.connection.ask({ request, namespace, args, again, options, read: this.#readReply });
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

  readonly #readValue = (wire: unknown): unknown => {
    const reply = this.#readReply(wire);
    return reply.length > 1 ? reply[1] : ABSENT;
  };

  #notice(revision: number): void {
    if (revision > this.#seen) this.#seen = revision;
  }
}
