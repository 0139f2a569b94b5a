// @ts-check
/**
 * Main module of the child that `client.mjs` forks; it ends when the channel does.
 *
 * @module
 */

process.on("message", (/** @type {[number, number, number]} */ [id, a, b]) => {
  process.send?.([id, a + b]);
});
