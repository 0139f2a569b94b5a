// @ts-check
/**
 * The copy of zeromq that `@fourwire/transport-zmq` uses: the same native
 * library on both lines of the table.
 *
 * @module
 */

import { createRequire } from "node:module";

const require = createRequire(new URL("../packages/transport-zmq/package.json", import.meta.url));
/** @type {typeof import("zeromq")} */
const zeromq = require("zeromq");

export const { Dealer, Publisher, Pull, Push, Router, Subscriber } = zeromq;

/** Nothing is dropped at a high-water mark, and nothing lingers after the end. */
export const socketOptions = { sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 0 };
