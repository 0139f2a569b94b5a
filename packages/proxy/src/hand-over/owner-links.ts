/**
 * The connections that a third end makes to owners.
 *
 * @module
 */

import { type OpenOptions, openSession, SessionError, toError } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { ProxyError } from "../errors.ts";
import type { ProxyConnection } from "../remote-node.ts";
import type { Rules } from "../rules.ts";
import { createServingEndpoint } from "../serving-endpoint.ts";
import type { HandOverPart } from "./part.ts";
import { ownerPlace } from "./token.ts";

/** How an owner is connected to. */
export type OwnerOptions = Omit<OpenOptions, "handler" | "signal" | "reconnect">;

/** One connection to an owner. */
interface OwnerLink {
  readonly opened: Promise<ProxyConnection>;
  /** How many things are being taken over it. */
  users: number;
  idle: ReturnType<typeof setTimeout> | undefined;
  /** Whether a user made it, who ends it. */
  readonly isUsers: boolean;
}

/** Where a connection to an owner leads. */
export interface OwnerRoute {
  readonly transport: Transport;
  readonly address: string;
  /** What this end's own objects are served by over it. */
  readonly rules: Rules;
}

/** What a connection is made with. */
export interface OwnerReach extends OwnerRoute {
  readonly maxReferences: number;
  readonly options: OwnerOptions;
}

/** The time for which a connection over which nothing is held is kept for the next hand-over, in ms. */
const IDLE_MS = 1_000;

/** The connections at a time: whoever names owners must not have this end connect to ever more. */
const MAX_LINKS = 1_000;

/** Connects to owners: once to each, and for as long as anything of it is held. */
export class OwnerLinks {
  readonly #links = new Map<Transport, Map<Rules, Map<string, OwnerLink>>>();
  readonly #open = new Set<ProxyConnection>();
  #dials = 0;
  readonly #closing = new AbortController();

  /** The number of connections. */
  get size(): number {
    return this.#open.size;
  }

  /** Does something over the connection to an owner, which is made first if need be. Rejects as connecting does. */
  async use<Result>(
    reach: OwnerReach,
    part: HandOverPart,
    does: (endpoint: ProxyConnection) => Promise<Result>,
  ): Promise<Result> {
    if (this.#closing.signal.aborted) throw closed();
    const links = this.#linksOf(reach);
    const link = links.get(reach.address) ?? this.#connect(reach, part, links);
    link.users += 1;
    clearTimeout(link.idle);
    try {
      return await does(await link.opened);
    } finally {
      link.users -= 1;
      link.opened.then((endpoint) => this.#rest(link, endpoint)).catch(() => undefined);
    }
  }

  /** Learns of a connection that a user made, which serves as well while it lasts. */
  adopt(route: OwnerRoute, endpoint: ProxyConnection): void {
    const links = this.#linksOf(route);
    if (links.has(route.address)) return;
    this.#keep({ opened: Promise.resolve(endpoint), users: 0, idle: undefined, isUsers: true }, route.address, links);
  }

  /** Closes every connection that it made, for good. */
  async close(): Promise<void> {
    this.#closing.abort(closed());
    await Promise.all([...this.#open].map(({ session }) => session.close("hand-overs were closed")));
  }

  #linksOf({ transport, rules }: OwnerRoute): Map<string, OwnerLink> {
    const byRules = this.#links.get(transport) ?? new Map<Rules, Map<string, OwnerLink>>();
    this.#links.set(transport, byRules);
    const links = byRules.get(rules) ?? new Map<string, OwnerLink>();
    byRules.set(rules, links);
    return links;
  }

  #connect(reach: OwnerReach, part: HandOverPart, links: Map<string, OwnerLink>): OwnerLink {
    const link: OwnerLink = {
      opened: this.#dial(reach, part, () => void link.opened.then((endpoint) => this.#rest(link, endpoint))),
      users: 0,
      idle: undefined,
      isUsers: false,
    };
    this.#dials += 1;
    const dialled = (): void => {
      this.#dials -= 1;
    };
    link.opened.then(dialled, dialled);
    this.#keep(link, reach.address, links);
    return link;
  }

  #keep(link: OwnerLink, address: string, links: Map<string, OwnerLink>): void {
    links.set(address, link);
    const forget = (): void => {
      clearTimeout(link.idle);
      if (links.get(address) === link) links.delete(address);
    };
    link.opened.then(({ session }) => session.closed.then(forget), forget);
  }

  async #dial(reach: OwnerReach, handOver: HandOverPart, released: () => void): Promise<ProxyConnection> {
    const { transport, address, rules, maxReferences, options } = reach;
    if (this.#dials + this.#open.size >= MAX_LINKS) {
      throw new SessionError("LIMIT_EXCEEDED", `There are ${MAX_LINKS} connections to owners`);
    }
    const created: { endpoint?: ProxyConnection } = {};
    const session = await openSession(transport, address, {
      ...options,
      errors: { ProxyError, ...options.errors },
      signal: this.#closing.signal,
      handler: (own) => {
        const onError = (error: unknown): void => options.onError?.(toError(error));
        const owner = ownerPlace(transport, address);
        const seat = { part: handOver, transport, isServer: false, isTrusted: true, offers: true };
        const made = { session: own, address, root: undefined, exposure: rules, maxReferences, onError };
        const endpoint = createServingEndpoint({ ...made, seat, owner, released });
        created.endpoint = endpoint;
        return endpoint;
      },
    });
    const { endpoint } = created;
    if (!endpoint || this.#closing.signal.aborted) {
      await session.close();
      throw closed();
    }
    this.#open.add(endpoint);
    void session.closed.then(() => this.#open.delete(endpoint));
    return endpoint;
  }

  /** Ends a connection after a while over which nothing was taken or held. */
  #rest(link: OwnerLink, { session, references }: ProxyConnection): void {
    clearTimeout(link.idle);
    const isIdle = (): boolean => link.users === 0 && references.imported === 0;
    if (link.isUsers || !isIdle() || !session.open) return;
    link.idle = setTimeout(() => {
      if (isIdle()) void session.close("nothing is held over it any more");
    }, IDLE_MS);
  }
}

function closed(): SessionError {
  return new SessionError("CLOSED", "Hand-overs were closed", { outcome: "notSent" });
}
