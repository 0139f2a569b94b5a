// @ts-check

/**
 * The task of the pool's worker.
 *
 * @param {[a: number, b: number]} task
 * @returns {number}
 */
export function add([a, b]) {
  return a + b;
}

// biome-ignore lint/style/noDefaultExport: Piscina runs the default export of a module.
export default add;
