/**
 * The servers that a bus knows, by function.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import { noServer } from "./gathering.ts";
import type { BusIdentity } from "./identity.ts";
import type { BusParts } from "./parts.ts";
import type { ReplyInbox, ReplyListener } from "./reply-inbox.ts";
import { writeNote } from "./rpc-message.ts";
import { startTimer } from "./wait.ts";

/** The age at which what is known about a function is asked for anew. */
const FRESH_MS = 1_000;
/** How long answers to a question are collected. */
const ASKING_MS = 1_000;
/** The most functions of which the servers are kept. */
const MAX_FUNCTIONS = 10_000;

/** A server, and how many calls of this bus it has not answered. */
export interface KnownServer extends BusIdentity {
  pending: number;
  /** Where it is called. */
  readonly topic: string;
  /** The number of the last call that it was given. */
  turn: number;
}

interface Knowledge {
  readonly servers: Map<string, KnownServer>;
  /** When all were asked last. */
  askedAt: number;
  /** The question under way. */
  asking: Promise<void> | undefined;
}

/** Finds servers by asking all, and shares calls out among them. */
export class KnownServers {
  readonly #parts: BusParts;
  readonly #inbox: ReplyInbox;
  readonly #functions = new Map<string, Knowledge>();
  #turn = 0;

  constructor(parts: BusParts, inbox: ReplyInbox) {
    this.#parts = parts;
    this.#inbox = inbox;
  }

  /** Picks the server with the fewest calls of this bus, in turn where they are equal, if one is known; asks beside that who came or left since. */
  known(name: string): KnownServer | undefined {
    const known = this.#know(name);
    const best = this.#best(known);
    if (!best) return undefined;
    if (performance.now() - known.askedAt > FRESH_MS) known.asking ??= this.#ask(name, known);
    return best;
  }

  /** Picks a server as `known`, and asks for one as long as it is wanted. Rejects with `NO_SERVER`. */
  async pick(name: string, isWanted: () => boolean): Promise<KnownServer | undefined> {
    while (isWanted()) {
      const best = this.known(name);
      if (best) return best;
      const known = this.#know(name);
      known.asking ??= this.#ask(name, known);
      await known.asking;
    }
    return undefined;
  }

  /** Forgets a server that was not there. */
  forget(name: string, id: string): void {
    this.#functions.get(name)?.servers.delete(id);
  }

  /** Asks who serves a function, and resolves with the first answer or when there was none for a while; those that follow are noted, too. */
  #ask(name: string, known: Knowledge): Promise<void> {
    const { codec, names, self } = this.#parts;
    const present = new Set<string>();
    known.askedAt = performance.now();
    const asking = new Promise<void>((resolve, reject) => {
      const finish = (): void => {
        timer.stop();
        this.#inbox.forget(number);
      };
      const listener: ReplyListener = {
        reply({ kind, sender }) {
          if (kind !== "here") return;
          present.add(sender.id);
          const topic = names.server(sender.id);
          if (!known.servers.has(sender.id)) known.servers.set(sender.id, { ...sender, topic, pending: 0, turn: 0 });
          resolve();
        },
        end(error) {
          finish();
          reject(error);
        },
      };
      const number = this.#inbox.expect(listener);
      const timer = startTimer(ASKING_MS, () => {
        finish();
        for (const id of known.servers.keys()) if (!present.has(id)) known.servers.delete(id);
        resolve();
      });
      const sent = (receivers: number | undefined): void => {
        if (receivers !== 0) return;
        known.servers.clear();
        listener.end(noServer(name));
      };
      const frames = writeNote(codec, { kind: "who", caller: self.id, number, name });
      const publishing = this.#parts.topics().publish(names.call(name), frames);
      publishing.then(
        ({ receivers }) => sent(receivers),
        (error: unknown) => listener.end(toError(error)),
      );
    });
    // Whoever asks beside a call has nobody who waits. An answered question is no answer to the next one who asks.
    const settle = (): void => {
      known.asking = undefined;
    };
    asking.then(settle, settle);
    return asking;
  }

  #best({ servers }: Knowledge): KnownServer | undefined {
    let best: KnownServer | undefined;
    for (const server of servers.values()) {
      const isBetter =
        !best || server.pending < best.pending || (server.pending === best.pending && server.turn < best.turn);
      if (isBetter) best = server;
    }
    this.#turn += 1;
    if (best) best.turn = this.#turn;
    return best;
  }

  #know(name: string): Knowledge {
    const known = this.#functions.get(name) ?? {
      servers: new Map(),
      askedAt: Number.NEGATIVE_INFINITY,
      asking: undefined,
    };
    this.#functions.set(name, known);
    if (this.#functions.size > MAX_FUNCTIONS) this.#forgetOldest();
    return known;
  }

  #forgetOldest(): void {
    const [oldest] = this.#functions.keys();
    if (oldest !== undefined) this.#functions.delete(oldest);
  }
}
