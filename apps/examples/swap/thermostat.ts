/**
 * What the application is about: a thermostat, and a panel that works with it
 * from afar. Neither knows which transport is between them.
 *
 * @module
 */

import { inject, injectable, proxyToken } from "@fourwire/container";
import { type Remote, Signal, set } from "@fourwire/proxy";

/** A thermostat, which announces what it is set to. */
export class Thermostat {
  readonly targetChanged = new Signal<[target: number]>();
  #target = 20;

  get target(): number {
    return this.#target;
  }

  set target(value: number) {
    if (!Number.isFinite(value)) throw new RangeError(`A target of ${value} degrees makes no sense`);
    this.#target = value;
    this.targetChanged.emit(value);
  }
}

/** A panel on the wall, with a thermostat somewhere else. */
@injectable()
export class Panel {
  readonly #thermostat: Remote<Thermostat>;

  constructor(@inject(proxyToken<Thermostat>("thermostat")) thermostat: Remote<Thermostat>) {
    this.#thermostat = thermostat;
  }

  /** Makes it warmer by some degrees; returns what the thermostat announced. */
  async warm(degrees: number): Promise<number> {
    const announced = new Promise<number>((resolve) => {
      this.#thermostat.targetChanged.connect(resolve).catch(() => undefined);
    });
    await set(this.#thermostat, "target", (await this.#thermostat.target) + degrees);
    return await announced;
  }

  /** Sets what makes no sense; returns the name of the thermostat's complaint. */
  async confuse(): Promise<string> {
    return await set(this.#thermostat, "target", Number.NaN).then(
      () => "no complaint",
      (error: Error) => error.name,
    );
  }
}
