/**
 * The script of the worker: it tells the story and reports.
 *
 * @module
 */

import { tellStory } from "./story.ts";

globalThis.onmessage = ({ data: address }: MessageEvent<string>) => {
  tellStory(address).then(
    (outcome) => globalThis.postMessage({ outcome }),
    (error: unknown) => globalThis.postMessage({ failure: String(error) }),
  );
};
