/**
 * What the parts of the application tell each other: an event, a queue of jobs,
 * and a function that whoever knows the answer serves.
 *
 * @module
 */

import { EVENT_BUS, type EventBus, inject, injectable } from "@fourwire/container";

/** The office, which hears of new targets, collects repairs, and advises. */
@injectable()
export class Office {
  readonly #bus: EventBus;

  constructor(@inject(EVENT_BUS) bus: EventBus) {
    this.#bus = bus;
  }

  /** Announces a target; returns what a listener heard. */
  async announce(target: number): Promise<number> {
    await using notices = await this.#bus.subscribe<number>("target.*");
    await this.#bus.publish("target.set", target, { requireReceiver: true });
    for await (const { event } of notices) return event;
    throw new Error("The bus ended before the notice came");
  }

  /** Leaves a job in the queue, and takes the oldest one out of it. */
  async delegate(job: string): Promise<string> {
    const repairs = this.#bus.queue<string>("repairs");
    await repairs.put(job);
    return await repairs.get({ timeoutMs: 10_000 });
  }

  /** Asks whoever serves advice which target is best at an outdoor temperature. */
  async ask(outdoor: number): Promise<number> {
    await using _served = await this.#bus.expose("advice", (degrees: number) => (degrees < 0 ? 22 : 20));
    return await this.#bus.stub<(degrees: number) => number>("advice").one(outdoor);
  }
}
