/**
 * What may be asked on a command line.
 *
 * @module
 */

import process from "node:process";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import type { CommandOutput } from "./command-output.ts";
import { serveFromShell } from "./serve-from-shell.ts";

/** What commander gives for `serve`. */
interface ServeFlags {
  readonly verbose?: boolean;
  readonly path?: string;
  readonly allow?: readonly string[];
  readonly object?: string;
  readonly args?: string;
  readonly key?: boolean;
}

const ABOUT_KEY = `
Clients have to know the key. It is taken from FOURWIRE_KEY, or made up and printed behind the address.`;

/** Makes the command with all its subcommands. */
export function createCommand(output: CommandOutput = process.stdout): Command {
  const command = new Command("fourwire").description("Serves objects to other processes.");
  command
    .command("serve")
    .description("Serves an object, or an empty place for one, until Ctrl-C or until a client stops it.")
    .argument("<address>", "where to listen, such as tcp://127.0.0.1:8000; port 0 for a free one")
    .argument("[publish-address]", "accepted for command lines written for Pizco; signals use ADDRESS")
    .option("-v, --verbose", "tell on stderr what happens to the connections")
    .option("-p, --path <directory>", "where modules are resolved; default: the working directory")
    .option("--allow <pattern>", "a module that a client may instantiate from; may be given several times", collect)
    .option("--object <module#Class>", "serve an instance of this class instead of an empty place")
    .option("--args <json>", "the constructor's arguments for --object, as a JSON array")
    .option("--no-key", "let everybody in who reaches the address")
    .addHelpText("after", ABOUT_KEY)
    .action(async (address: string, _publishAddress: string | undefined, flags: ServeFlags) => {
      await serveFromShell({
        address,
        base: pathToFileURL(`${flags.path ?? process.cwd()}/`).href,
        allow: flags.allow ?? [],
        object: flags.object,
        args: readArguments(flags.args),
        key: flags.key === false ? false : process.env.FOURWIRE_KEY || undefined,
        isVerbose: flags.verbose === true,
        output,
      });
    });
  return command;
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function readArguments(text = "[]"): readonly unknown[] {
  const args: unknown = parse(text);
  if (Array.isArray(args)) return args;
  throw new TypeError(`--args is no JSON array: ${text}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
