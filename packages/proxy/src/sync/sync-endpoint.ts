/**
 * One end of a synchronous connection: what its proxies share, and what it
 * serves while it waits.
 *
 * @module
 */

import { type Handler, SessionError, toError } from "@fourwire/session";
import type { SessionSettings } from "@fourwire/session/wire";
import { Exposure } from "../exposure.ts";
import { KeptResults } from "../kept-results.ts";
import { Notice, ROOT } from "../operation.ts";
import { checkHeld, type Imported, References } from "../references.ts";
import { Relays } from "../relay.ts";
import { findNode } from "../remote-node.ts";
import { ServedObjects } from "../served-objects.ts";
import { atExit } from "./at-exit.ts";
import { traceFrom } from "./own-errors.ts";
import { findSyncNode, type SyncConnection, type SyncNode } from "./sync-node.ts";
import type { Operate } from "./sync-place.ts";
import { createSyncRemote } from "./sync-remote.ts";
import { SyncSession } from "./sync-session.ts";
import { SyncSignals } from "./sync-signals.ts";
import type { ThreadLink } from "./thread-link.ts";

/** What an end is made of. */
export interface SyncEndpointOptions {
  readonly link: ThreadLink;
  readonly settings: SessionSettings;
  readonly address: string;
  onError(error: Error): void;
}

/** What stands where a server has its root: this end has none. */
const NO_ROOT = Object.freeze({});

/** Calls what is at the server and waits; runs what is here. */
export class SyncEndpoint implements SyncConnection, Pick<Handler, "call" | "notify"> {
  readonly address: string;
  readonly signals: SyncSignals;
  readonly #references: References;
  readonly #session: SyncSession;
  readonly #served: ServedObjects;
  readonly #link: ThreadLink;
  /** Lets the process exit without closing the connection first. */
  #stayOpen: () => void = () => undefined;

  constructor({ link, settings, address, onError }: SyncEndpointOptions) {
    const exposure = new Exposure(NO_ROOT);
    const { maxReferences } = settings.limits;
    const references = new References({
      root: undefined,
      maxReferences,
      find: (value) => this.#find(value),
      unwrap: (value) => exposure.unwrap(value),
      isBuiltIn: (value) => exposure.isBuiltIn(value),
      create: (imported, kind) => createSyncRemote(this.#nodeOf(imported, kind)),
      release: (reference, count) => this.#session.release(reference, count),
    });
    const session = new SyncSession({ link, settings, references, handler: this, onError });
    const relays = new Relays(
      {
        get open() {
          return session.open;
        },
        notify: (target, args) => session.tell(target, args),
        closed: session.closed,
      },
      onError,
    );
    this.address = address;
    this.#link = link;
    this.signals = new SyncSignals(this.operate, (error) => onError(toError(error)));
    this.#references = references;
    this.#session = session;
    this.#served = new ServedObjects({
      root: undefined,
      exposure,
      relays,
      references,
      // The connection's thread keeps what the server does not want sent.
      kept: new KeptResults(0),
    });
    void session.closed.then(() => references.clear("the session is over"));
  }

  /** Waits until the connection is open, and makes the proxy of the server's root. Throws why it cannot be. */
  open(): object {
    this.#session.waitUntilOpen();
    this.#stayOpen = atExit(() => this.close());
    this.#link.onEnd(this.#stayOpen);
    return createSyncRemote({ ...this.#nodeOf(undefined, undefined), close: () => this.close() });
  }

  /** Closes the connection. Safe to call twice. */
  close(): void {
    this.#stayOpen();
    this.#session.close();
  }

  readonly operate: Operate = ({ reference, imported, path }, operation, args) => {
    if (imported) checkHeld(imported);
    try {
      return this.#session.callAndWait([operation, reference, ...path], args);
    } catch (error) {
      throw error instanceof Error ? traceFrom(error, this.operate) : error;
    }
  };

  release(imported: Imported): void {
    this.#references.release(imported);
  }

  call(target: unknown, args: readonly unknown[]): unknown {
    return this.#served.call(target, args);
  }

  notify(target: unknown, args: readonly unknown[]): unknown {
    const [notice, id]: unknown[] = Array.isArray(target) ? target : [];
    if (notice === Notice.EMITTED || notice === Notice.LOST) return this.signals.receive(notice, id, args);
    return this.#served.call(target, args);
  }

  #nodeOf(imported: Imported | undefined, kind: number | undefined): SyncNode {
    const reference = imported?.reference ?? ROOT;
    return { connection: this, reference, imported, kind, path: [], close: undefined };
  }

  #find(value: object): Imported | "root" | "foreign" | undefined {
    const node = findSyncNode(value);
    // A proxy that does not wait answers later, when this thread has turned.
    if (!node || node.connection !== this) return findNode(value) ? "foreign" : undefined;
    if (node.path.length > 0) throw memberIsNoValue();
    return node.imported ?? "root";
  }
}

function memberIsNoValue(): SessionError {
  const message = "A member of a remote object is no value: read it first, or hand over the object";
  return new SessionError("NOT_SERIALIZABLE", message, { outcome: "notSent" });
}
