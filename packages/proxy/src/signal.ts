/**
 * Qt-style signals, as Pizco has them.
 *
 * @module
 */

/** A function connected to a signal. */
export type Slot<Args extends readonly unknown[]> = (...args: Args) => unknown;

/** How a slot is connected. */
export interface SlotOptions {
  /** Disconnects the slot when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** How a signal treats its slots. */
export interface SignalOptions {
  /** Called with what a slot throws or rejects with. Default: it is dropped, as a slot must not disturb the emitter. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** One connection of a slot. */
interface ConnectedSlot {
  /** Aborts when the slot is disconnected, so that its signal no longer keeps it; only slots with a signal have one. */
  readonly over: AbortController | undefined;
}

/** Anything that can be connected to, disconnected from and emitted counts as a signal. */
export interface SignalLike<Args extends readonly unknown[] = readonly unknown[]> {
  connect(slot: Slot<Args>): unknown;
  disconnect(slot?: Slot<Args>): unknown;
  emit(...args: Args): unknown;
}

/**
 * A point to which an object announces what happened to it.
 *
 * Slots run in the order in which they were connected, in the emitter's turn. A
 * slot that throws stops neither the others nor the emitter. From Pizco's
 * `Signal`; there, such a slot does both.
 *
 * @example
 * ```ts
 * class Robot {
 *   readonly moved = new Signal<[distance: number]>();
 *   move(distance: number) {
 *     this.moved.emit(distance);
 *   }
 * }
 * ```
 */
export class Signal<Args extends readonly unknown[] = []> implements SignalLike<Args> {
  readonly #slots = new Map<Slot<Args>, ConnectedSlot>();
  readonly #onError: (error: unknown) => void;

  constructor({ onError = ignore }: SignalOptions = {}) {
    this.#onError = onError;
  }

  /** The number of connected slots. */
  get size(): number {
    return this.#slots.size;
  }

  /**
   * Connects a slot; one that is connected already stays where it is. Disposing
   * what it returns disconnects the slot, unless that has been connected anew since.
   */
  connect(slot: Slot<Args>, { signal }: SlotOptions = {}): Disposable {
    if (typeof slot !== "function") throw new TypeError(`A slot is a function, not ${typeof slot}`);
    const known = this.#slots.get(slot);
    const over = signal && new AbortController();
    const connected = known ?? { over };
    if (!known && !signal?.aborted) {
      this.#slots.set(slot, connected);
      if (over) signal.addEventListener("abort", () => this.disconnect(slot), { signal: over.signal });
    }
    return {
      [Symbol.dispose]: () => {
        if (this.#slots.get(slot) === connected) this.disconnect(slot);
      },
    };
  }

  /** Disconnects a slot, or every slot when none is given. */
  disconnect(slot?: Slot<Args>): void {
    const slots = slot ? [slot] : [...this.#slots.keys()];
    for (const each of slots) {
      this.#slots.get(each)?.over?.abort();
      this.#slots.delete(each);
    }
  }

  /** Runs every slot with the arguments. Never throws. */
  emit(...args: Args): void {
    // A slot may connect and disconnect slots; those who are here now are those who hear this.
    for (const slot of [...this.#slots.keys()]) runSlot(slot, args, this.#onError);
  }
}

/** Runs one slot so that nothing it throws or rejects with goes further than the error hook. */
export function runSlot<Args extends readonly unknown[]>(
  slot: Slot<Args>,
  args: Args,
  onError: (error: unknown) => void,
): void {
  try {
    const result = slot(...args);
    if (result instanceof Promise) result.catch(onError);
  } catch (error) {
    onError(error);
  }
}

/** Runs one slot as `runSlot` does, and waits for what it promises. Never rejects. */
export async function awaitSlot<Args extends readonly unknown[]>(
  slot: Slot<Args>,
  args: Args,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    await slot(...args);
  } catch (error) {
    onError(error);
  }
}

/**
 * Says whether a value is a signal by what it can do.
 *
 * An event emitter that happens to connect and disconnect, such as a socket, is
 * none: the `emit` of those takes an event's name first.
 */
export function isSignal(value: unknown): value is SignalLike {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Signal) return true;
  const connects = hasMethod(value, "connect") && hasMethod(value, "disconnect") && hasMethod(value, "emit");
  return connects && !hasMethod(value, "addListener") && !hasMethod(value, "addEventListener");
}

function hasMethod(value: object, name: string): boolean {
  return typeof Reflect.get(value, name) === "function";
}

function ignore(): void {}
