/** What memory.js exports. */

/** What arrived. */
export interface Inspection {
  readonly type: string;
  readonly shape: number[];
  readonly length: number;
  readonly first: number;
  readonly last: number;
}

/** The module. */
export interface MemoryModule {
  sum(samples: Float32Array): number;
  inspect(value: { data: Float32Array | Int16Array | BigInt64Array; shape: number[] }): Inspection;
  make(length: number): Float32Array;
  count(counter: Int32Array): void;
}
