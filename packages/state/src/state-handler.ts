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
import { type Filter, readFilter } from "./filter.ts";
import type { Namespace } from "./namespace.ts";
import { isCount, readChecks, readOperations } from "./operation.ts";
import { type AuthorizePath, PathAccess } from "./path-access.ts";
import { describeRequest, PROTOCOL_VERSION, Request } from "./protocol.ts";
import { answerWhenKept, readHash, readHistory, readMembers, readSnapshot, readValue } from "./readings.ts";
import { findRepeated } from "./repeated-write.ts";
import { isRecord } from "./transaction.ts";
import { waitForChange, waitForRevision, waitUntil } from "./waits.ts";
import { Watch, type WatchRequest } from "./watch.ts";

type Args = readonly unknown[];

/** What the authority's end of a session is made of. */
export interface StateHandlerParts {
  readonly authority: Authority;
  readonly clients: Clients;
  readonly session: Session;
  readonly authorizePath: AuthorizePath | undefined;
}

/** The authority's end of one session. */
export class StateHandler implements Handler {
  readonly #authority: Authority;
  readonly #clients: Clients;
  readonly #session: Session;
  readonly #authorize: AuthorizePath | undefined;
  /** The name of the client, once it has said who it is. */
  #client: string | undefined;

  constructor({ authority, clients, session, authorizePath }: StateHandlerParts) {
    this.#authorize = authorizePath;
    this.#authority = authority;
    this.#clients = clients;
    this.#session = session;
  }

  call(target: unknown, args: Args): unknown {
    const [request, name]: unknown[] = Array.isArray(target) ? target : [];
    switch (request) {
      case Request.GET:
        return this.#get(this.#authority.get(name), args);
      case Request.COMMIT:
        return this.#commit(this.#authority.get(name), args);
      case Request.HELLO:
        return this.#hello(args);
      case Request.LIST:
        return this.#authority.list();
      case Request.CREATE:
        return this.#create(name, isRecord(args[0]) ? args[0] : {});
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
    const access = this.#access(namespace.name);
    switch (request) {
      case Request.ACT:
        return this.#act(namespace, args);
      case Request.HEAD:
        return answerWhenKept(namespace, [namespace.epoch, namespace.revision, namespace.log.oldest]);
      case Request.MEMBERS:
        return readMembers(namespace, access, args);
      case Request.SNAPSHOT:
        return readSnapshot(namespace, access, args);
      case Request.HASH:
        return readHash(namespace, access, args);
      case Request.FORK:
        return this.#fork(namespace, args[0]);
      case Request.HISTORY:
        return readHistory(namespace, access, args, this.#authority.limits.maxHistory);
      default:
        return this.#wait(request, namespace, access, args);
    }
  }

  #wait(request: unknown, namespace: Namespace, access: PathAccess, [what, ...rest]: Args): unknown {
    const own = this.#require();
    switch (request) {
      case Request.NEXT:
        return waitForChange(namespace, readFilter(what, own, access.sees), readWait(namespace, rest));
      case Request.UNTIL: {
        const condition = readCondition(what);
        access.requireCondition(condition);
        return waitUntil(namespace, condition, readWait(namespace, rest));
      }
      case Request.REACH:
        return waitForRevision(namespace, readRevision(what), readWait(namespace, rest).signal);
      case Request.WATCH:
        return new Watch(namespace, readWatch(readFilter(what, own, access.sees), rest));
      default:
        throw new StateError("INVALID_VALUE", `Request ${String(request)} is not known`);
    }
  }

  #create(name: unknown, values: Readonly<Record<string, unknown>>): Promise<void> {
    const access = this.#access(String(name));
    for (const key of Object.keys(values)) access.requireWrite([key]);
    return this.#authority.create(name, values);
  }

  /** What may not be read is left out, as it is of a snapshot. */
  #fork({ root, name }: Namespace, copy: unknown): Promise<void> {
    const access = this.#access(name);
    return this.#authority.create(copy, Object.fromEntries([...root].filter(([key]) => access.mayRead([key]))));
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
    if (done) return answer(done);
    const [wanted, required] = [readOperations(operations), readChecks(checks)];
    if (this.#authorize) this.#access(namespace.name).requireCommit(namespace, wanted, required);
    return answer(namespace.commit(wanted, required, writer));
  }

  #act(namespace: Namespace, [name, input, write]: Args): unknown {
    const action = this.#authority.action(namespace.name, name);
    const writer = this.#writer(write, String(name));
    const done = findRepeated(namespace, writer, write);
    return answer(done ?? runAction(namespace, String(name), action, input, writer));
  }

  #get(namespace: Namespace, args: Args): unknown {
    return readValue(namespace, this.#access(namespace.name), args);
  }

  #access(name: string): PathAccess {
    return new PathAccess(this.#authorize, this.#session.peer.principal, name);
  }

  #writer(write: unknown, tag: unknown): Writer {
    const number: unknown = Array.isArray(write) ? write[0] : write;
    const by = this.#require();
    return { by, write: isCount(number) ? number : undefined, tag: typeof tag === "string" ? tag : undefined };
  }
}

/** `[revision, results]`, or `[revision, undefined, failed check]`, once it is kept. */
function answer({ revision, results, failed, kept }: Commit): unknown {
  const reply = failed < 0 ? [revision, results] : [revision, undefined, failed];
  return kept ? kept.then(() => reply) : reply;
}

/** `[options, epoch, revision]`: how a watch is read, and from where on. */
function readWatch(filter: Filter, [options, epoch, revision]: Args): WatchRequest {
  const { snapshot: wantsSnapshot, latest, overflow, bookmarks } = isRecord(options) ? options : {};
  return {
    filter,
    from: typeof epoch === "string" && isCount(revision) ? { epoch, revision } : undefined,
    snapshot: wantsSnapshot === true,
    latest: latest === true,
    overflow: overflow === "error" ? "error" : "resync",
    bookmarks: bookmarks === true,
  };
}

function readRevision(wire: unknown): number {
  if (isCount(wire)) return wire;
  throw new StateError("INVALID_VALUE", "A revision is a whole number, 0 or more");
}

/** `[signal, epoch, revision]`: from where on the waiter must miss nothing. */
function readWait(
  namespace: Namespace,
  [signal, epoch, since]: Args,
): { since: number | undefined; signal: AbortSignal } {
  if (!(signal instanceof AbortSignal)) throw new StateError("INVALID_VALUE", "A wait needs a signal");
  if (!isCount(since)) return { since: undefined, signal };
  if (typeof epoch === "string" && since > (namespace.sharedWith(epoch) ?? -1)) {
    throw new StateError("EPOCH_CHANGED", `"${namespace.name}" was begun anew; revisions of before mean nothing now`);
  }
  return { since, signal };
}
