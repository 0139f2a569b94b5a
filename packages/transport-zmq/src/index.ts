/**
 * Fourwire over ZeroMQ: `tcp:`, `ipc:` and `inproc:` addresses, with CURVE.
 *
 * @module
 */

export type { CurveOptions } from "./curve.ts";
export type { ZmqOptions } from "./options.ts";
export { zmq } from "./zmq.ts";
