// What the workers of the tests of transfers have in them.
import { transfer } from "@fourwire/proxy";

export function sum(samples) {
  return samples.reduce((all, sample) => all + sample, 0);
}

/** Says what arrived. */
export function inspect({ data, shape }) {
  return { type: data.constructor.name, shape, length: data.length, first: data[0], last: data.at(-1) };
}

export function make(length) {
  return transfer(new Float32Array(length).fill(0.5));
}

export function count(counter) {
  Atomics.add(counter, 0, 1);
}
