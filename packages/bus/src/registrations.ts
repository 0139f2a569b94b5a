/**
 * Subscriptions and functions that outlive the bus they are registered with.
 *
 * @module
 */

import type { Bus } from "./bus.ts";
import { BusError } from "./errors.ts";

/** Makes a registration with a bus. */
type Register = (bus: Bus) => Promise<AsyncDisposable>;

interface Registration {
  readonly register: Register;
  /** What it can be removed by. */
  readonly keys: readonly unknown[];
  active: AsyncDisposable | undefined;
}

/** What is registered, and the bus that is open, if any. */
export class Registrations {
  readonly #all = new Set<Registration>();
  #bus: Bus | undefined;
  #isOpening = false;

  get current(): Bus | undefined {
    return this.#bus;
  }

  /** Opens a bus and makes every registration with it; when one fails, the bus is closed again. */
  async open(connect: () => Promise<Bus>): Promise<Bus> {
    if (this.#bus || this.#isOpening) throw new BusError("DUPLICATE", "The global bus is open already");
    this.#isOpening = true;
    try {
      const bus = await connect();
      this.#bus = bus;
      await Promise.all([...this.#all].map((registration) => activate(registration, bus)));
      return bus;
    } catch (error) {
      await this.shut();
      throw error;
    } finally {
      this.#isOpening = false;
    }
  }

  /** Closes the bus and keeps the registrations. */
  async shut(): Promise<void> {
    const bus = this.#bus;
    this.#bus = undefined;
    await bus?.close();
    for (const registration of this.#all) registration.active = undefined;
  }

  /** Adds a registration and makes it, if a bus is open. Resolves with how to undo it. */
  async add(register: Register, ...keys: readonly unknown[]): Promise<() => Promise<void>> {
    const registration: Registration = { register, keys, active: undefined };
    this.#all.add(registration);
    try {
      if (this.#bus) await activate(registration, this.#bus);
    } catch (error) {
      this.#all.delete(registration);
      throw error;
    }
    return () => this.#remove(registration);
  }

  /** Undoes the registrations that have a key. */
  async remove(key: unknown): Promise<void> {
    const found = [...this.#all].filter(({ keys }) => keys.includes(key));
    await Promise.all(found.map((registration) => this.#remove(registration)));
  }

  async #remove(registration: Registration): Promise<void> {
    this.#all.delete(registration);
    await registration.active?.[Symbol.asyncDispose]();
  }
}

async function activate(registration: Registration, bus: Bus): Promise<void> {
  registration.active = await registration.register(bus);
}
