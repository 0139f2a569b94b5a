/**
 * The namespaces of one server.
 *
 * @module
 */

import { type Action, toData } from "./actions.ts";
import { drawEpoch } from "./epoch.ts";
import { StateError } from "./errors.ts";
import { Keeper } from "./keeper.ts";
import type { StateLimits } from "./limits.ts";
import { Namespace } from "./namespace.ts";
import { readKey } from "./path.ts";
import type { SchemaOptions } from "./schemas.ts";
import type { Store, StoredNamespace } from "./store.ts";

/** What one namespace begins with, and what it accepts. */
export interface NamespaceSettings extends SchemaOptions {
  /** Its values when it is created; a store that holds it already keeps its own. Default: none. */
  readonly initial?: object | undefined;
  /** What clients may call by name. */
  readonly actions?: Readonly<Record<string, Action>> | undefined;
}

/** What an authority is made of. */
export interface AuthorityOptions {
  readonly store: Store | undefined;
  readonly settings: Readonly<Record<string, NamespaceSettings>>;
  readonly limits: StateLimits;
  /** Ends the waiting for a store that another authority has. */
  readonly signal: AbortSignal | undefined;
}

const MAX_NAME_LENGTH = 256;

/** All namespaces of one server, and their way to the store. */
export class Authority {
  readonly limits: StateLimits;
  readonly #namespaces = new Map<string, Namespace>();
  /** The names of those that are not kept yet, so that nobody sees them. */
  readonly #beginning = new Set<string>();
  readonly #settings: ReadonlyMap<string, NamespaceSettings>;
  readonly #keeper: Keeper;
  readonly #store: Store | undefined;

  private constructor({ store, settings, limits }: AuthorityOptions, fence: number) {
    this.limits = limits;
    this.#store = store;
    this.#settings = new Map(Object.entries(settings));
    this.#keeper = new Keeper(store, fence);
  }

  /** Settles when another authority may have taken over the store, where that is known by itself. Nothing is answered from then on. */
  get deposed(): Promise<StateError> | undefined {
    return this.#store?.lost;
  }

  /** Takes over the store, and creates what is not there yet. */
  static async open(options: AuthorityOptions): Promise<Authority> {
    const { fence, namespaces } = (await options.store?.load({ signal: options.signal })) ?? {
      fence: 0,
      namespaces: [],
    };
    const authority = new Authority(options, fence);
    for (const stored of namespaces) authority.#add(stored);
    // Whoever waits must not wait for what another authority does.
    void authority.deposed?.then((error) => authority.#stop(error));
    for (const [name, { initial = {} }] of Object.entries(options.settings)) {
      if (!authority.#namespaces.has(name)) await authority.create(name, toData({ ...initial }));
    }
    return authority;
  }

  /** Finds a namespace. Throws `NAMESPACE_NOT_FOUND`. */
  get(name: unknown): Namespace {
    const namespace = typeof name === "string" ? this.#namespaces.get(name) : undefined;
    if (namespace) return namespace;
    throw new StateError("NAMESPACE_NOT_FOUND", `There is no namespace "${String(name).slice(0, MAX_NAME_LENGTH)}"`);
  }

  /** Finds an action. Throws `ACTION_NOT_FOUND`. */
  action(namespace: string, name: unknown): Action {
    const actions = this.#settings.get(namespace)?.actions ?? {};
    const action = typeof name === "string" && Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action) return action;
    throw new StateError(
      "ACTION_NOT_FOUND",
      `"${namespace}" has no action "${String(name).slice(0, MAX_NAME_LENGTH)}"`,
    );
  }

  list(): readonly string[] {
    return [...this.#namespaces.keys()];
  }

  all(): Iterable<Namespace> {
    return this.#namespaces.values();
  }

  /** Creates a namespace with these values. Throws `NAMESPACE_EXISTS` or `LIMIT_EXCEEDED`. */
  async create(wanted: unknown, values: Readonly<Record<string, unknown>>): Promise<void> {
    const name = readKey(wanted);
    const { maxNamespaces } = this.limits;
    if (this.#namespaces.has(name) || this.#beginning.has(name)) {
      throw new StateError("NAMESPACE_EXISTS", `There is a namespace "${name}" already`);
    }
    if (this.#namespaces.size + this.#beginning.size >= maxNamespaces) {
      throw new StateError("LIMIT_EXCEEDED", `There are ${maxNamespaces} namespaces already (maxNamespaces)`);
    }
    if (name.length > MAX_NAME_LENGTH) {
      throw new StateError("LIMIT_EXCEEDED", `A namespace's name has ${MAX_NAME_LENGTH} characters at most`);
    }
    const entries = Object.entries(values).map(([key, value]): [string, unknown] => [readKey(key), value]);
    const stored: StoredNamespace = {
      name,
      epoch: drawEpoch(),
      revision: 0,
      values: new Map(entries),
      leases: [],
      entries: [],
    };
    const kept = this.#keeper.keep({ kind: "create", namespace: stored });
    if (!kept) return this.#add(stored);
    this.#beginning.add(name);
    try {
      await kept;
      this.#add(stored);
    } finally {
      this.#beginning.delete(name);
    }
  }

  /** Deletes a namespace: who waits for it is told. Throws `NAMESPACE_NOT_FOUND`. */
  async delete(name: unknown): Promise<void> {
    const namespace = this.get(name);
    const kept = this.#keeper.keep({ kind: "drop", name: namespace.name });
    this.#namespaces.delete(namespace.name);
    namespace.end(new StateError("NAMESPACE_NOT_FOUND", `Namespace "${namespace.name}" was deleted`));
    await kept;
  }

  /** Takes away what somebody owned who is gone. */
  disown(owner: string): void {
    for (const namespace of this.#namespaces.values()) namespace.disown(owner);
  }

  /** Stops: what was committed is kept, and the store is closed. */
  async close(): Promise<void> {
    this.#end(new StateError("CLOSED", "The authority stopped"));
    await this.#keeper.idle();
    await this.#store?.close();
  }

  #stop(error: StateError): void {
    for (const namespace of this.#namespaces.values()) namespace.stop(error);
  }

  #end(error: StateError): void {
    for (const namespace of this.#namespaces.values()) namespace.end(error);
  }

  #add(stored: StoredNamespace): void {
    const { schema, schemas, actions } = this.#settings.get(stored.name) ?? {};
    const namespace = new Namespace({
      ...this.limits,
      stored,
      keeper: this.#keeper,
      schemas: { schema, schemas },
      hasActions: actions !== undefined,
    });
    this.#namespaces.set(stored.name, namespace);
  }
}
