/**
 * The program of a worker that is a thread.
 *
 * @module
 */

import { serveStarter } from "./serve-parent.ts";

await serveStarter();
