/**
 * The parts of a client that only some options ask for, loaded before they are needed.
 *
 * A page loads them as chunks of their own, while it connects and never later:
 * by the time of a resume the server they came from may be out of reach.
 *
 * @module
 */

import { type Codec, createCborCodec } from "./codec.ts";
import { type CodecName, unknownCodec } from "./codec-names.ts";
import type { Key } from "./credentials.ts";
import { hasNativeProof } from "./native-proof.ts";

/** What proves and checks in JavaScript. */
export type Proofs = typeof import("./proofs.ts");

/** What the settings of a session are made with. */
export interface SettingsParts {
  readonly codec: Codec;
  readonly key: Uint8Array | undefined;
  /** Absent where nothing is proved, or the platform proves it. */
  readonly proofs?: Proofs | undefined;
}

/** Loads what the options ask for. Rejects with a `TypeError` for options that make no sense. */
export async function loadParts(
  { codec = "cbor", key }: { readonly codec?: CodecName | undefined; readonly key?: Key | undefined },
  mayResume: boolean,
): Promise<SettingsParts> {
  const isKeyed = key !== undefined;
  const proofs = isKeyed || (mayResume && !hasNativeProof()) ? await import("./proofs.ts") : undefined;
  return {
    codec: await loadCodec(codec),
    key: isKeyed ? proofs?.readKey(key) : undefined,
    proofs,
  };
}

async function loadCodec(name: CodecName): Promise<Codec> {
  if (name === "cbor") return createCborCodec();
  if (name === "json") return (await import("./json-codec.ts")).createJsonCodec();
  throw unknownCodec(name);
}
