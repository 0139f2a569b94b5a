/**
 * What a sibling package needs to speak the session's protocol itself, where a
 * `Session` cannot be used because its answers are promises.
 *
 * Not for users: these names change with the protocol.
 *
 * @module
 */

export { SignalWatch } from "@fourwire/transport";
export { CONTROL, Control, ENTRY_LENGTH, Entry } from "./message.ts";
export { readBye, writeTerms } from "./opening.ts";
export type { PackReport } from "./pack-report.ts";
export { Packer } from "./packer.ts";
export { readError } from "./remote-error.ts";
export type { SessionSettings } from "./settings.ts";
export { checkTimeout } from "./settings.ts";
export { Streams } from "./streams.ts";
export type { SignalSource } from "./unpacker.ts";
export { Unpacker } from "./unpacker.ts";
export { wholeSettings as completeSettings } from "./whole-settings.ts";
