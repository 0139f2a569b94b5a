/**
 * What one session may ask of an authority.
 *
 * @module
 */

import type { Deed, Handler, Session } from "@fourwire/session";
import { runAction } from "./actions.ts";
import type { Authority } from "./authority.ts";
import type { Clients } from "./clients.ts";
import type { Commit, Writer } from "./commit.ts";
import { readCondition } from "./condition.ts";
import { StateError } from "./errors.ts";
import { readFilter } from "./filter.ts";
import { hashOf } from "./hash.ts";
import type { Namespace } from "./namespace.ts";
import { isCount, readChecks, readOperations } from "./operation.ts";
import { readPath } from "./path.ts";
import { describeRequest, PROTOCOL_VERSION, Request } from "./protocol.ts";
import { isRecord } from "./transaction.ts";
import { ABSENT, membersOf, readIn } from "./tree.ts";
import { waitForChange, waitUntil } from "./waits.ts";
import { Watch, type WatchRequest } from "./watch.ts";

type Args = readonly unknown[];

/** The authority's end of one session. */
export class StateHandler implements Handler {
  readonly #authority: Authority;
  readonly #clients: Clients;
  readonly #session: Session;
  /** The name of the client, once it has said who it is. */
  #client: string | undefined;

  constructor(authority: Authority, clients: Clients, session: Session) {
    this.#authority = authority;
    this.#clients = clients;
    this.#session = session;
  }

  call(target: unknown, args: Args): unknown {
    const [request, name]: unknown[] = Array.isArray(target) ? target : [];
    switch (request) {
      case Request.GET:
        return read(this.#authority.get(name), args);
      case Request.COMMIT:
        return this.#commit(this.#authority.get(name), args);
      case Request.HELLO:
        return this.#hello(args);
      case Request.LIST:
        return this.#authority.list();
      case Request.CREATE:
        return this.#authority.create(name, isRecord(args[0]) ? args[0] : {});
      case Request.DELETE:
        return this.#authority.delete(name);
      default:
        return this.#callNamespace(request, this.#authority.get(name), args);
    }
  }

  notify(): never {
    throw new StateError("INVALID_VALUE", "The state takes no notifications");
  }

  describe(target: unknown): Deed {
    return describeRequest(target);
  }

  #callNamespace(request: unknown, namespace: Namespace, args: Args): unknown {
    namespace.require();
    switch (request) {
      case Request.ACT:
        return this.#act(namespace, args);
      case Request.HEAD:
        return when(namespace, [namespace.epoch, namespace.revision, namespace.log.oldest]);
      case Request.MEMBERS:
        return members(namespace, args);
      case Request.SNAPSHOT:
        return snapshot(namespace, args);
      case Request.HASH:
        return hash(namespace, args);
      case Request.FORK:
        return this.#authority.create(args[0], Object.fromEntries(namespace.root));
      case Request.HISTORY:
        return history(namespace, args, this.#authority.limits.maxHistory);
      default:
        return this.#wait(request, namespace, args);
    }
  }

  #wait(request: unknown, namespace: Namespace, [what, ...rest]: Args): unknown {
    const own = this.#require();
    switch (request) {
      case Request.NEXT:
        return waitForChange(namespace, readFilter(what, own), readWait(namespace, rest));
      case Request.UNTIL:
        return waitUntil(namespace, readCondition(what), readWait(namespace, rest));
      case Request.WATCH:
        return new Watch(namespace, readWatch(what, rest, own));
      default:
        throw new StateError("INVALID_VALUE", `Request ${String(request)} is not known`);
    }
  }

  #hello([secret, name, version]: Args): string {
    if (version !== PROTOCOL_VERSION) {
      throw new StateError(
        "UNSUPPORTED_VERSION",
        `This authority speaks version ${PROTOCOL_VERSION} of the state's protocol; the client speaks ${String(version)}`,
      );
    }
    if (this.#client !== undefined) throw new StateError("INVALID_VALUE", "This client has said who it is already");
    this.#client = this.#clients.enter(this.#session, secret, name);
    return this.#client;
  }

  #require(): string {
    if (this.#client === undefined) throw new StateError("INVALID_VALUE", "The client has not said who it is");
    return this.#client;
  }

  #commit(namespace: Namespace, [operations, write, checks, tag]: Args): unknown {
    const writer = this.#writer(write, tag);
    const done = findRepeated(namespace, writer, write);
    return answer(done ?? namespace.commit(readOperations(operations), readChecks(checks), writer));
  }

  #act(namespace: Namespace, [name, input, write]: Args): unknown {
    const action = this.#authority.action(namespace.name, name);
    const writer = this.#writer(write, String(name));
    const done = findRepeated(namespace, writer, write);
    return answer(done ?? runAction(namespace, String(name), action, input, writer));
  }

  #writer(write: unknown, tag: unknown): Writer {
    const number: unknown = Array.isArray(write) ? write[0] : write;
    const by = this.#require();
    return { by, write: isCount(number) ? number : undefined, tag: typeof tag === "string" ? tag : undefined };
  }
}

/** `[write, epoch, revision]`: a write that comes again after a lost reply is recognised, or refused, but never applied twice. */
function findRepeated(namespace: Namespace, writer: Writer, write: unknown): Commit | undefined {
  if (!Array.isArray(write)) return undefined;
  const [, epoch, since]: unknown[] = write;
  if (epoch !== namespace.epoch || !isCount(since)) {
    throw new StateError(
      "OUTCOME_UNKNOWN",
      `"${namespace.name}" was begun anew; the write may have been applied before`,
    );
  }
  return namespace.findWrite(writer, since);
}

/** `[revision, results]`, or `[revision, undefined, failed check]`, once it is kept. */
function answer({ revision, results, failed, kept }: Commit): unknown {
  const reply = failed < 0 ? [revision, results] : [revision, undefined, failed];
  return kept ? kept.then(() => reply) : reply;
}

/** Answers once what was read is kept. */
function when(namespace: Namespace, reply: unknown): unknown {
  const settled = namespace.settled();
  return settled ? settled.then(() => reply) : reply;
}

/** `[revision, value]`, without a value when nothing is there. */
function read(namespace: Namespace, [path]: Args): unknown {
  namespace.require();
  const value = namespace.read(readPath(path));
  return when(namespace, value === ABSENT ? [namespace.revision] : [namespace.revision, value]);
}

/** `[revision, names]`, without names when nothing is there. */
function members(namespace: Namespace, [path]: Args): unknown {
  const { revision, root } = namespace;
  if (path === undefined) return when(namespace, [revision, [...root.keys()]]);
  const value = namespace.read(readPath(path));
  return when(namespace, value === ABSENT ? [revision] : [revision, membersOf(value)]);
}

/** `[revision, epoch, values]`: of some keys, or of all, now or at a revision. */
function snapshot(namespace: Namespace, [revision, keys]: Args): unknown {
  const root = isCount(revision) ? namespace.at(revision) : namespace.root;
  const wanted = Array.isArray(keys)
    ? keys.filter((key) => typeof key === "string" && root.has(key))
    : [...root.keys()];
  const values = new Map(wanted.map((key) => [key, readIn(root, [key])]));
  return when(namespace, [isCount(revision) ? revision : namespace.revision, namespace.epoch, values]);
}

function hash(namespace: Namespace, [wanted]: Args): unknown {
  const revision = isCount(wanted) ? wanted : namespace.revision;
  return when(namespace, [revision, hashOf(Object.fromEntries(namespace.at(revision)))]);
}

function history(namespace: Namespace, [from, to, filter]: Args, maxHistory: number): unknown {
  const { oldest } = namespace.log;
  const first = isCount(from) ? from : oldest;
  const last = isCount(to) ? Math.min(to, namespace.visible) : namespace.visible;
  namespace.requireLog(first);
  if (last - first > maxHistory) {
    throw new StateError(
      "LIMIT_EXCEEDED",
      `history gives ${maxHistory} changes at most (maxHistory); narrow it by from and to`,
    );
  }
  const wanted = readFilter(filter, "");
  const changes: unknown[] = [];
  for (let revision = first + 1; revision <= last; revision += 1) {
    const entry = namespace.log.get(revision);
    const change = entry && wanted.pick(entry);
    if (change) changes.push(change);
  }
  return changes;
}

/** `[filter, options, epoch, revision]`: how a watch is read, and from where on. */
function readWatch(filter: unknown, [options, epoch, revision]: Args, own: string): WatchRequest {
  const { snapshot: wantsSnapshot, latest, overflow } = isRecord(options) ? options : {};
  return {
    filter: readFilter(filter, own),
    from: typeof epoch === "string" && isCount(revision) ? { epoch, revision } : undefined,
    snapshot: wantsSnapshot === true,
    latest: latest === true,
    overflow: overflow === "error" ? "error" : "resync",
  };
}

/** `[signal, epoch, revision]`: from where on the waiter must miss nothing. */
function readWait(
  namespace: Namespace,
  [signal, epoch, since]: Args,
): { since: number | undefined; signal: AbortSignal } {
  if (!(signal instanceof AbortSignal)) throw new StateError("INVALID_VALUE", "A wait needs a signal");
  if (!isCount(since)) return { since: undefined, signal };
  if (epoch !== undefined && epoch !== namespace.epoch) {
    throw new StateError("EPOCH_CHANGED", `"${namespace.name}" was begun anew; revisions of before mean nothing now`);
  }
  return { since, signal };
}
