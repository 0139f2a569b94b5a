// @ts-check

/**
 * Returns the value below which the given share of the samples lies (nearest
 * rank). Expects the samples in ascending order; none give NaN.
 *
 * @param {Float64Array} sorted
 * @param {number} share from 0 to 1
 * @returns {number}
 */
export function percentile(sorted, share) {
  const rank = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.max(0, rank)] ?? Number.NaN;
}

/**
 * Returns the middle value, or the mean of the two middle ones. No values give NaN.
 *
 * @param {readonly number[]} values in any order
 * @returns {number}
 */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
