/**
 * The settings of an end that has every part at hand: a server's.
 *
 * @module
 */

import { createCodec } from "./codecs.ts";
import { type AccessOptions, readKey } from "./credentials.ts";
import { completeSettings, type LinkFacts, type SessionOptions, type SessionSettings } from "./settings.ts";

/** Completes options without loading anything. Throws a `TypeError` that names the option which makes no sense. */
export function wholeSettings(options: SessionOptions & AccessOptions, link: LinkFacts): SessionSettings {
  const { codec = "cbor", key } = options;
  return completeSettings(options, link, {
    codec: createCodec(codec),
    key: key === undefined ? undefined : readKey(key),
  });
}
