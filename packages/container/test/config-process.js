/**
 * Configures an application from the file in the directory that its one argument names, and shows what comes of it.
 *
 * @module
 */

import process from "node:process";
import { inspect } from "node:util";
import { configure } from "@fourwire/container";

const [directory] = process.argv.slice(2);
await configure({}, { env: false, directory }).catch((error) => {
  process.stdout.write(inspect(error, { depth: 20, showHidden: true }));
});
