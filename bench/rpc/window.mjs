// @ts-check
/**
 * The load: a sliding window of calls, the same for every peer.
 *
 * @module
 */

/** @typedef {(a: number, b: number) => PromiseLike<number>} Add */

/**
 * @typedef {object} WindowOptions
 * @property {number} inFlight calls under way at any time; 1 is sequential
 * @property {number} durationMs
 * @property {number} sampleEvery of how many calls one has its latency taken
 */

/**
 * @typedef {object} WindowResult
 * @property {number} completed calls that returned within the duration
 * @property {number} elapsedMs
 * @property {Float64Array} latenciesUs ascending
 */

/** Latencies kept of one run; those after it are not recorded. */
const MAX_SAMPLES = 1 << 20;

/**
 * Keeps `inFlight` calls under way for the duration: each one that returns
 * starts the next, so there are no bursts. Waits for the last ones and counts
 * only those that returned in time.
 *
 * Rejects when a call rejects or returns anything but the sum.
 *
 * @param {Add} add
 * @param {WindowOptions} options
 * @returns {Promise<WindowResult>}
 */
export function runWindow(add, options) {
  return new Promise((resolve, reject) => {
    new Window(add, options, resolve, reject).open();
  });
}

class Window {
  started = 0;
  #completed = 0;
  #open = 0;
  #startedAt = 0;
  #samples = new Float64Array(MAX_SAMPLES);
  #sampleCount = 0;
  /** @type {WindowResult | undefined} */
  #result;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /**
   * @param {Add} add
   * @param {WindowOptions} options
   * @param {(result: WindowResult) => void} resolve
   * @param {(error: unknown) => void} reject
   */
  constructor(add, options, resolve, reject) {
    this.add = add;
    this.options = options;
    this.sampleEvery = options.sampleEvery;
    this.resolve = resolve;
    /** @param {unknown} error */
    this.fail = (error) => {
      clearTimeout(this.#timer);
      reject(error);
    };
  }

  open() {
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => this.#finish(), this.options.durationMs);
    this.#open = this.options.inFlight;
    for (let slot = 0; slot < this.options.inFlight; slot += 1) new Slot(this).next();
  }

  /**
   * Counts a call that returned, and says whether another may start.
   *
   * @param {number} sampledAt when the call started, or 0 if it is no sample
   * @returns {boolean}
   */
  count(sampledAt) {
    if (this.#result !== undefined) {
      this.#open -= 1;
      if (this.#open === 0) this.resolve(this.#result);
      return false;
    }
    this.#completed += 1;
    if (sampledAt !== 0 && this.#sampleCount < MAX_SAMPLES) {
      this.#samples[this.#sampleCount] = (performance.now() - sampledAt) * 1000;
      this.#sampleCount += 1;
    }
    return true;
  }

  #finish() {
    const elapsedMs = performance.now() - this.#startedAt;
    const latenciesUs = this.#samples.slice(0, this.#sampleCount).sort();
    this.#result = { completed: this.#completed, elapsedMs, latenciesUs };
  }
}

/**
 * One place in the window: at most one call of it is under way.
 *
 * It has one callback for all its calls and reads the clock for sampled ones
 * only: at a million calls a second, a closure and two clock readings for each
 * would be a good part of what is measured.
 */
class Slot {
  #window;
  #expected = 0;
  #sampledAt = 0;
  #onReturn;

  /** @param {Window} window */
  constructor(window) {
    this.#window = window;
    /** @param {number} sum */
    this.#onReturn = (sum) => {
      if (sum !== this.#expected) window.fail(new Error(`a call returned ${sum} in place of ${this.#expected}`));
      else if (window.count(this.#sampledAt)) this.next();
    };
  }

  next() {
    const window = this.#window;
    const turn = window.started;
    window.started = turn + 1;
    const a = turn & 0xffff;
    const b = (turn * 7) & 0xfff;
    this.#expected = a + b;
    this.#sampledAt = turn % window.sampleEvery === 0 ? performance.now() : 0;
    window.add(a, b).then(this.#onReturn, window.fail);
  }
}
