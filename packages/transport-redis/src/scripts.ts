/**
 * Scripts that Redis runs, each in one step that nothing comes between.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Cluster, Redis } from "ioredis";

/** A script and the name that Redis knows it by. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** What a script is called with, beside its one key. */
export type ScriptArgument = string | number | Buffer;

/** Prepares the source of a script that works on one key, and on others that begin with it. */
export function createScript(source: string): Script {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

/** Runs a script where its key is, and returns its reply with strings as Buffers. */
export async function runScript(
  client: Redis | Cluster,
  script: Script,
  key: string,
  args: readonly ScriptArgument[],
): Promise<unknown> {
  try {
    return await client.callBuffer("EVALSHA", [script.sha, 1, key, ...args]);
  } catch (error) {
    // A server that has not seen it, or that was told to forget.
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return await client.callBuffer("EVAL", [script.source, 1, key, ...args]);
  }
}
