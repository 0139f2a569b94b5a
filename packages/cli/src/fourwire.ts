#!/usr/bin/env node
/**
 * The program behind `fourwire`.
 *
 * @module
 */

import process from "node:process";
import { createCommand } from "./command.ts";

try {
  await createCommand().parseAsync(process.argv);
} catch (error) {
  process.stderr.write(`fourwire: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
