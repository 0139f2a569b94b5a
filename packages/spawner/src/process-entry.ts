/**
 * The program of a worker that is a process.
 *
 * @module
 */

import { serveParent } from "./serve-parent.ts";

await serveParent();
