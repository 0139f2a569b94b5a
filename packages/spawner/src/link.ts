/**
 * The private link between a worker and whoever started it, as both ends know it.
 *
 * @module
 */

/** The child's descriptor of the link, behind the three standard ones. */
export const LINK_FD = 3;

/** The child's descriptor that ends when its parent does. */
export const LIFELINE_FD = 4;

/** The address at which a worker's own end serves. */
export const WORKER_ADDRESS = "worker";
