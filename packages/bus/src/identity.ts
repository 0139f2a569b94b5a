/**
 * Who is on a bus.
 *
 * @module
 */

/** Who sent or served something: one bus. */
export interface BusIdentity {
  readonly id: string;
  /** What the bus calls itself. */
  readonly name: string;
}

/** The name as it travels beside the id: absent when it is the id. */
export function nameOnWire({ id, name }: BusIdentity): string | undefined {
  return name === id ? undefined : name;
}

/** Reads what `nameOnWire` wrote beside an id; `undefined` when it is no identity. */
export function identityOf(id: unknown, name: unknown): BusIdentity | undefined {
  if (typeof id !== "string") return undefined;
  if (name === undefined || name === null) return { id, name: id };
  return typeof name === "string" ? { id, name } : undefined;
}
