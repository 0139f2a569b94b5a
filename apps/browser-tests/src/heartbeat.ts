/**
 * How soon an end that gives no sign of life is noticed.
 *
 * @module
 */

/** Quick enough for a test to wait for; both ends ask for it, as the slower one decides. */
export const HEARTBEAT = { intervalMs: 100, windowMs: 400 } as const;
