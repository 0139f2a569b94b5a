// @ts-check
/**
 * The copy of ioredis that `@fourwire/transport-redis` uses: the same client on
 * both lines of the table.
 *
 * @module
 */

import { createRequire } from "node:module";

const require = createRequire(new URL("../packages/transport-redis/package.json", import.meta.url));
/** @type {typeof import("ioredis")} */
const ioredis = require("ioredis");

export const { Redis } = ioredis;
