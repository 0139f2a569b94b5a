/**
 * The objects behind the references of one connection, both ways.
 *
 * @module
 */

import { type Departure, type Homecoming, type ReferencePort, SessionError } from "@fourwire/session";
import { ByReference, ByValue } from "./crossing.ts";
import { ProxyError } from "./errors.ts";
import type { Offer } from "./hand-over/offer.ts";
import { ROOT } from "./operation.ts";
import type { ServedHooks } from "./served-hooks.ts";

/** What a reference is to whoever receives it. */
export const ReferenceKind = { OBJECT: 0, FUNCTION: 1 } as const;

/** Something of the far end's, as long as this end holds it: every proxy of it and below it keeps this one object. */
export interface Imported {
  readonly reference: number;
  /** Why it can no longer be used. */
  lost: string | undefined;
  /** How many others use it by way of this end. */
  relayed: number;
  /** How many arrivals this end lets go of when none of those uses it any more; above 0 only when its user has released it. */
  owed: number;
}

/** What the table needs to know of proxies, without knowing how they are made. */
export interface ReferencesOptions {
  /** What the far end starts at; absent at the end that connected. */
  readonly root: object | undefined;
  readonly maxReferences: number;
  readonly hooks?: ServedHooks | undefined;
  /** Finds the reference behind a proxy, which may be another connection's. Throws for a proxy that is no value. */
  find(value: object): Imported | "root" | "foreign" | undefined;
  /** Makes what goes along with another connection's proxy, for it to be handed over; nothing when it is relayed. Throws `NOT_SERIALIZABLE`. */
  offer?(value: object): Offer | undefined;
  /** Keeps another connection's thing for the far end, whatever becomes of its proxy here. Returns what stops that. */
  lease?(value: object): (() => void) | undefined;
  /** Learns that something arrived with a token. */
  handed?(imported: Imported, token: string): void;
  /** Finds what of this end's own a token stands for. */
  home?(token: string): object | undefined;
  /** Returns the object that one stands for which was sent in its place. */
  unwrap?(value: object): object;
  /** Says whether something is an instance of one of the platform's own classes. */
  isBuiltIn(value: object): boolean;
  /** Makes the proxy of something that arrived. */
  create(imported: Imported, kind: number): object;
  /** Tells the far end that this end let go. */
  release(reference: number, count: number): void;
}

interface Exported {
  readonly value: object;
  /** How many times it was sent and not let go of. */
  count: number;
  /** Whether it was given by `byReference`. */
  isGiven: boolean;
  /** Called when the far end has let go of it, or does not need it any more. */
  unlease: (() => void) | undefined;
}

interface Held {
  readonly reference: number;
  /** How many times it arrived and was not let go of. */
  count: number;
  readonly imported: WeakRef<Imported>;
  proxy: WeakRef<object>;
}

/**
 * Keeps what this end sent by reference until the far end has let go of it as
 * often as it was sent, and what arrived until nobody here uses it. From CapTP:
 * counting what was sent, not who holds it, is what makes letting go safe while
 * the same thing is on its way again.
 */
export class References implements ReferencePort {
  readonly #options: ReferencesOptions;
  readonly #exports = new Map<number, Exported>();
  readonly #numbers = new Map<object, number>();
  readonly #imports = new Map<number, Held>();
  /** Lets go of what nobody here can reach any more; a backstop, as collection comes when it comes. */
  readonly #forgotten = new FinalizationRegistry<Held>((held) => this.#letGo(held));
  /** What was released here while others used it by way of this end. */
  readonly #owed = new Set<Imported>();
  #last = ROOT;

  constructor(options: ReferencesOptions) {
    this.#options = options;
  }

  /** The number of things of this end's that the far end holds. */
  get exported(): number {
    return this.#exports.size;
  }

  /** The number of things of the far end's that this end holds. */
  get imported(): number {
    return this.#imports.size + this.#owed.size;
  }

  pack(value: object, hasMethods: boolean, departing: number): Departure | Homecoming | undefined {
    if (value instanceof ByValue) return undefined;
    const own = this.#options.find(value);
    if (own === "root") return [ROOT];
    if (own === "foreign") return this.#handOver(value, departing);
    if (own) return [checkHeld(own).reference];
    if (value instanceof ByReference) return this.#departure(value.target, departing, true);
    // Nothing can be reached on the platform's own objects, so a reference to one would only mislead.
    return hasMethods && !this.#options.isBuiltIn(value) ? this.#departure(value, departing) : undefined;
  }

  arrive(reference: number, kind: number, token?: string): object {
    const own = token === undefined ? undefined : this.#options.home?.(token);
    if (own) {
      this.#options.release(reference, 1);
      return own;
    }
    const held = this.#imports.get(reference);
    const imported = held?.imported.deref();
    if (!held || !imported) return this.#import(reference, kind, held, token);
    held.count += 1;
    if (token !== undefined) this.#options.handed?.(imported, token);
    const known = held.proxy.deref();
    if (known) return known;
    const proxy = this.#options.create(imported, kind);
    held.proxy = new WeakRef(proxy);
    return proxy;
  }

  home(reference: number): object {
    const value = reference === ROOT ? this.#options.root : this.#exports.get(reference)?.value;
    if (!value) throw new SessionError("MALFORMED", `The far end sent home reference ${reference}, which is not out`);
    return this.#options.unwrap?.(value) ?? value;
  }

  released(reference: number, count: number): void {
    const exported = this.#exports.get(reference);
    if (!exported) return;
    exported.count -= count;
    if (exported.count > 0) return;
    this.#exports.delete(reference);
    this.#numbers.delete(exported.value);
    exported.unlease?.();
    this.#options.hooks?.released?.(exported.value);
  }

  /** Learns that the far end has a way of its own to something that was another's: it need not be kept for it. */
  taken(reference: unknown): void {
    const exported = typeof reference === "number" ? this.#exports.get(reference) : undefined;
    exported?.unlease?.();
    if (exported) exported.unlease = undefined;
  }

  /** Finds something of this end's by its number. Throws `REFERENCE_LOST`. */
  get(reference: number): object {
    const exported = this.#exports.get(reference);
    if (!exported) throw new ProxyError("REFERENCE_LOST", `Reference ${reference} is no longer held here`);
    return exported.value;
  }

  /** Says whether something of this end's was given by `byReference`, not only as what it is. */
  isGiven(reference: number): boolean {
    return this.#exports.get(reference)?.isGiven === true;
  }

  /** Lets go of something of the far end's. */
  release(imported: Imported): void {
    const held = this.#imports.get(imported.reference);
    if (imported.lost !== undefined || !held) return;
    this.#forgotten.unregister(held);
    imported.lost = "it was released";
    if (imported.relayed === 0) {
      this.#letGo(held);
      return;
    }
    this.#imports.delete(held.reference);
    imported.owed = held.count;
    this.#owed.add(imported);
  }

  /** Notes that somebody uses something by way of this end, which keeps it until they let go. Returns what notes that. */
  relay(imported: Imported): () => void {
    imported.relayed += 1;
    return () => {
      imported.relayed -= 1;
      if (imported.relayed > 0 || !this.#owed.delete(imported)) return;
      const { reference, owed } = imported;
      imported.owed = 0;
      this.#options.release(reference, owed);
    };
  }

  /** Lets go of one of the times that something arrived: whoever received it another time keeps it. */
  forgo(imported: Imported): void {
    const held = this.#imports.get(imported.reference);
    if (!held || held.count === 1) {
      this.release(imported);
      return;
    }
    held.count -= 1;
    this.#options.release(held.reference, 1);
  }

  /** Forgets everything, both ways: the far end is gone, or no longer knows this end. */
  clear(why: string): void {
    for (const held of this.#imports.values()) {
      this.#forgotten.unregister(held);
      const imported = held.imported.deref();
      if (imported) imported.lost = why;
    }
    for (const imported of this.#owed) imported.owed = 0;
    this.#owed.clear();
    for (const { unlease } of this.#exports.values()) unlease?.();
    const given = [...this.#numbers.keys()];
    this.#imports.clear();
    this.#exports.clear();
    this.#numbers.clear();
    for (const value of given) this.#options.hooks?.released?.(value);
  }

  /** Holds what arrives. What was forgotten here, without the collector having said so yet, is let go of together with it. */
  #import(reference: number, kind: number, forgotten: Held | undefined, token: string | undefined): object {
    const { maxReferences, create } = this.#options;
    if (!forgotten && this.#imports.size >= maxReferences) throw tooMany("The far end sent", maxReferences);
    if (forgotten) this.#forgotten.unregister(forgotten);
    const imported: Imported = { reference, lost: undefined, relayed: 0, owed: 0 };
    if (token !== undefined) this.#options.handed?.(imported, token);
    const proxy = create(imported, kind);
    const count = (forgotten?.count ?? 0) + 1;
    const held: Held = { reference, count, imported: new WeakRef(imported), proxy: new WeakRef(proxy) };
    this.#imports.set(reference, held);
    this.#forgotten.register(imported, held, held);
    return proxy;
  }

  /** Counts something as sent that leaves in another way than packed. Returns its number and kind. Throws `LIMIT_EXCEEDED`. */
  give(value: object, isGiven: boolean): readonly [reference: number, kind: number] {
    const { kind, depart } = this.#departure(value, 0, isGiven);
    return [depart(), kind];
  }

  /** Lets another's thing go with the way to its owner, who is told when it is sure to leave. */
  #handOver(value: object, departing: number): Departure {
    const departure = this.#departure(value, departing);
    const offer = this.#options.offer?.(value);
    if (!offer) return departure;
    const depart = (): number => {
      offer.announce();
      return departure.depart();
    };
    return { ...departure, token: offer.token, depart };
  }

  #departure(value: object, departing: number, isGiven = false): Departure {
    const { maxReferences } = this.#options;
    const isKnown = this.#numbers.has(value);
    if (!isKnown && this.#exports.size + departing >= maxReferences) throw tooMany("This end sent", maxReferences);
    const kind = typeof value === "function" ? ReferenceKind.FUNCTION : ReferenceKind.OBJECT;
    return { kind, depart: () => this.#depart(value, isGiven) };
  }

  #depart(value: object, isGiven: boolean): number {
    const known = this.#numbers.get(value);
    const exported = known === undefined ? undefined : this.#exports.get(known);
    if (known !== undefined && exported) {
      exported.count += 1;
      exported.isGiven ||= isGiven;
      return known;
    }
    this.#last += 1;
    this.#exports.set(this.#last, { value, count: 1, isGiven, unlease: this.#options.lease?.(value) });
    this.#numbers.set(value, this.#last);
    this.#options.hooks?.given?.(value);
    return this.#last;
  }

  #letGo({ reference, count }: Held): void {
    this.#imports.delete(reference);
    this.#options.release(reference, count);
  }
}

/** Returns a reference that is still held. Throws `REFERENCE_LOST`. */
export function checkHeld(imported: Imported): Imported {
  if (imported.lost === undefined) return imported;
  throw new ProxyError("REFERENCE_LOST", `Reference ${imported.reference} cannot be used: ${imported.lost}`);
}

function tooMany(who: string, maxReferences: number): SessionError {
  return new SessionError("LIMIT_EXCEEDED", `${who} more than ${maxReferences} references (maxReferences)`);
}
