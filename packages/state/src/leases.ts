/**
 * Values that do not stay: those that expire, and those that go with their
 * owner.
 *
 * @module
 */

import type { Effect } from "./operation.ts";
import { overlaps } from "./path.ts";
import type { StoredLease } from "./store.ts";

interface Lease extends StoredLease {
  readonly path: Effect[1];
}

/** The longest time that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** The leases of one namespace. Its timer does not keep a process alive that has nothing else to do. */
export class Leases {
  readonly #byKey = new Map<string, Lease[]>();
  readonly #expire: (paths: readonly Effect[1][]) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Number.POSITIVE_INFINITY;

  constructor(leases: readonly StoredLease[], expire: (paths: readonly Effect[1][]) => void) {
    this.#expire = expire;
    for (const { path, expiresAt, owner } of leases) {
      const [key, ...rest] = path;
      if (typeof key === "string") this.#add({ path: [key, ...rest], expiresAt, owner });
    }
  }

  get all(): readonly StoredLease[] {
    return [...this.#byKey.values()].flat();
  }

  /** Takes note of a change: it ends the leases of what it replaced, and may begin one. */
  note([, path, , expiresAt, owner]: Effect): void {
    const [key] = path;
    const there = this.#byKey.get(key);
    if (there) {
      // A change of a part leaves the lease of the whole alone.
      const left = there.filter((lease) => lease.path.length < path.length || !overlaps(lease.path, path));
      if (left.length > 0) this.#byKey.set(key, left);
      else this.#byKey.delete(key);
    }
    if (expiresAt !== undefined || owner !== undefined) this.#add({ path, expiresAt, owner });
  }

  /** Says whether there is a lease of exactly this path. */
  has(path: Effect[1]): boolean {
    const there = this.#byKey.get(path[0]);
    return there?.some((lease) => lease.path.length === path.length && overlaps(lease.path, path)) ?? false;
  }

  /** Lists the paths of what somebody owns. */
  ownedBy(owner: string): readonly Effect[1][] {
    return this.#paths((lease) => lease.owner === owner);
  }

  /** Lists everybody who owns something. */
  owners(): ReadonlySet<string> {
    const owners = [...this.#byKey.values()].flat().map(({ owner }) => owner);
    return new Set(owners.filter((owner) => owner !== undefined));
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#byKey.clear();
  }

  #add(lease: Lease): void {
    const [key] = lease.path;
    const there = this.#byKey.get(key);
    if (there) there.push(lease);
    else this.#byKey.set(key, [lease]);
    if (lease.expiresAt !== undefined && lease.expiresAt < this.#due) this.#arm(lease.expiresAt);
  }

  #arm(due: number): void {
    clearTimeout(this.#timer);
    this.#due = due;
    if (due === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => this.#fire(), Math.min(Math.max(due - Date.now(), 0), LONGEST_MS));
    this.#timer = timer;
    if (typeof timer === "object") timer.unref();
  }

  #fire(): void {
    const now = Date.now();
    const due = this.#paths(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt <= now);
    if (due.length > 0) this.#expire(due);
    let next = Number.POSITIVE_INFINITY;
    for (const leases of this.#byKey.values()) {
      for (const { expiresAt } of leases) if (expiresAt !== undefined && expiresAt < next) next = expiresAt;
    }
    this.#arm(next);
  }

  #paths(wanted: (lease: Lease) => boolean): readonly Effect[1][] {
    return [...this.#byKey.values()]
      .flat()
      .filter(wanted)
      .map(({ path }) => path);
  }
}
