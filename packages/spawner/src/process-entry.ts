/**
 * The program of a worker that is a process.
 *
 * @module
 */

import { createRequire } from "node:module";
import process from "node:process";

// Read one after the other, the modules are there a fifth sooner than by `import`, which waits for each file.
const { serveParent }: typeof import("./serve-parent.ts") = process.features.require_module
  ? createRequire(import.meta.url)("./serve-parent.js")
  : await import("./serve-parent.ts");

await serveParent();
