/**
 * Others' events as signals.
 *
 * @module
 */

import { Signal, type SignalLike, type SignalOptions, type Slot, type SlotOptions } from "./signal.ts";

/** An event emitter, as Node's is. */
export interface EmitterLike {
  on(name: string, listener: (...args: unknown[]) => void): unknown;
  off(name: string, listener: (...args: unknown[]) => void): unknown;
  emit(name: string, ...args: unknown[]): unknown;
}

/** How events become emissions. */
export interface FromEventsOptions<Args extends readonly unknown[]> extends SignalOptions {
  /**
   * Makes the arguments of an emission from what a listener is given. Default:
   * what an emitter's listener is given; of an `Event` its `detail` or `data`, as an
   * event itself does not cross, and nothing when it has neither.
   */
  readonly args?: ((...given: readonly unknown[]) => Args) | undefined;
}

/**
 * Makes a signal of an emitter's or an event target's events, to be held as a
 * field or given by an accessor of a served object.
 *
 * It listens only while slots are connected. Emitting it emits the event.
 *
 * @example
 * ```ts
 * class Robot {
 *   readonly #motor = new Motor(); // an EventEmitter
 *   readonly moved = fromEvents<[metres: number]>(this.#motor, "moved");
 * }
 * ```
 */
export function fromEvents<Args extends readonly unknown[] = readonly unknown[]>(
  source: EmitterLike | EventTarget,
  name: string,
  options: FromEventsOptions<Args> = {},
): SignalLike<Args> {
  const port = portOf(source, name);
  if (!port) throw new TypeError("fromEvents: expected an event emitter or an event target");
  return new EventSignal<Args>(port, options);
}

/** One event of a source. */
interface EventPort {
  listen(listener: Listener): void;
  unlisten(listener: Listener): void;
  emit(args: readonly unknown[]): void;
  args(given: readonly unknown[]): readonly unknown[];
}

type Listener = (...given: unknown[]) => void;

class EventSignal<Args extends readonly unknown[]> extends Signal<Args> {
  readonly #port: EventPort;
  readonly #args: (...given: readonly unknown[]) => Args;
  readonly #onError: SignalOptions["onError"];
  #isListening = false;

  constructor(port: EventPort, { args, onError }: FromEventsOptions<Args>) {
    super({ onError });
    this.#port = port;
    this.#onError = onError;
    // Whoever names the type of the arguments without making them says what the events carry.
    this.#args = args ?? ((...given) => port.args(given) as Args);
  }

  override connect(slot: Slot<Args>, options?: SlotOptions): Disposable {
    const connection = super.connect(slot, options);
    if (this.size > 0 && !this.#isListening) {
      this.#isListening = true;
      this.#port.listen(this.#listener);
    }
    return connection;
  }

  override disconnect(slot?: Slot<Args>): void {
    super.disconnect(slot);
    if (this.size > 0 || !this.#isListening) return;
    this.#isListening = false;
    this.#port.unlisten(this.#listener);
  }

  override emit(...args: Args): void {
    this.#port.emit(args);
  }

  readonly #listener: Listener = (...given) => {
    try {
      super.emit(...this.#args(...given));
    } catch (error) {
      this.#onError?.(error);
    }
  };
}

function portOf(source: EmitterLike | EventTarget, name: string): EventPort | undefined {
  if (isEmitter(source)) {
    return {
      listen: (listener) => void source.on(name, listener),
      unlisten: (listener) => void source.off(name, listener),
      emit: (args) => void source.emit(name, ...args),
      args: (given) => given,
    };
  }
  if (!isTarget(source)) return undefined;
  return {
    listen: (listener) => source.addEventListener(name, listener),
    unlisten: (listener) => source.removeEventListener(name, listener),
    emit: ([detail]) => void source.dispatchEvent(new CustomEvent(name, { detail })),
    args: ([event]) => payloadOf(event),
  };
}

function payloadOf(event: unknown): readonly unknown[] {
  if (typeof event !== "object" || event === null) return [];
  if ("detail" in event) return [event.detail];
  return "data" in event ? [event.data] : [];
}

function isEmitter(source: object): source is EmitterLike {
  return ["on", "off", "emit"].every((name) => typeof Reflect.get(source, name) === "function");
}

function isTarget(source: object): source is EventTarget {
  return typeof Reflect.get(source, "addEventListener") === "function";
}
