/**
 * The program of a worker that is a thread.
 *
 * @module
 */

import { serveStarter } from "./serve-starter.ts";

await serveStarter();
