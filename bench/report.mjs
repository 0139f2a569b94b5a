// @ts-check
import { cpus } from "node:os";

const count = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/**
 * Says what the figures were measured on.
 *
 * @param {number} rounds
 * @returns {string}
 */
export function renderRun(rounds) {
  const processors = cpus();
  const processor = `${processors.length} x ${processors[0]?.model ?? "unknown processor"}`;
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${processor}; rounds: ${rounds}.`;
}

/** @param {number} value @returns {string} */
export function renderCount(value) {
  return count.format(value);
}

/**
 * Renders one figure as a multiple of another; empty when one was not measured.
 *
 * @param {number | undefined} figure
 * @param {number | undefined} bar
 * @returns {string}
 */
export function renderRatio(figure, bar) {
  return figure === undefined || bar === undefined ? "" : (figure / bar).toFixed(2);
}
