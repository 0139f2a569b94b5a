// @ts-check
/**
 * Main module of a forked child; it ends when the channel does.
 *
 * @module
 */

import { answer } from "./messages.mjs";

process.on("message", (request) => process.send?.(answer(request)));
