/**
 * The `fourwire` command, for programs that run it themselves.
 *
 * @module
 */

export { createCommand } from "./command.ts";
export type { CommandOutput } from "./command-output.ts";
