/**
 * The weather station, which leaves the sums to others: to a process of its own,
 * and to whoever lets others work in theirs.
 *
 * @module
 */

import assert from "node:assert/strict";
import process from "node:process";
import { attachedToken, inject, injectable, workerToken } from "@fourwire/container";
import type { AttachedWorker, Worker } from "@fourwire/spawner";

type Forecast = typeof import("./forecast.js");

/** The module that both import, and that others may import here. */
export const FORECAST: URL = new URL("./forecast.js", import.meta.url);

/** The weather station. */
@injectable()
export class WeatherStation {
  readonly #worker: Worker;
  readonly #office: AttachedWorker;

  constructor(@inject(workerToken("weather")) worker: Worker, @inject(attachedToken("office")) office: AttachedWorker) {
    this.#worker = worker;
    this.#office = office;
  }

  /** Has the mean of some temperatures worked out, in two processes that have to agree. */
  async mean(temperatures: readonly number[]): Promise<number> {
    const own = await this.#worker.import<Forecast>(FORECAST);
    const theirs = await this.#office.import<Forecast>(FORECAST);
    assert.notEqual(await own.processId(), process.pid);
    // The office is this application itself, which lets others in over the transport.
    assert.equal(await theirs.processId(), process.pid);
    const mean = await own.mean(temperatures);
    assert.equal(await theirs.mean(temperatures), mean);
    return mean;
  }
}
