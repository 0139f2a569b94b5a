// @ts-check
/**
 * Main module of a worker of workerpool's.
 *
 * @module
 */

import { worker } from "workerpool";
import { add, give, take } from "../calculator.mjs";

worker({ add, give, take });
