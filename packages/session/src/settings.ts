/**
 * The options of a session, as users give them and completed.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import type { Codec } from "./codec.ts";
import type { CodecName } from "./codec-names.ts";
import type { AccessOptions, Key } from "./credentials.ts";
import type { Proofs, SettingsParts } from "./late-parts.ts";
import {
  completeHeartbeat,
  completeLimits,
  DEFAULT_CALL_TIMEOUT_MS,
  type Heartbeat,
  type LimitOptions,
  type Limits,
} from "./limits.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { type ErrorClass, type ErrorClasses, withBuiltInErrors } from "./remote-error.ts";
import type { Tracing } from "./tracing.ts";

/** How a session behaves. Everything has a default. */
export interface SessionOptions {
  /** The time a call may take unless it says otherwise, in ms. Default 30,000; `Infinity` for none. */
  readonly callTimeoutMs?: number | undefined;
  /** The time in which the far end must answer the opening message, in ms. Default 5,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** How often the ends show that they live; the slower of the two ends' wishes holds. Default 5,000 ms in 15,000 ms; `false` for none, which is for debugging. */
  readonly heartbeat?: Partial<Heartbeat> | false | undefined;
  readonly limits?: LimitOptions | undefined;
  /** How messages are written: `cbor` is compact, `json` can be read by eye and costs more. The client picks; a server speaks both. Default `cbor`. */
  readonly codec?: CodecName | undefined;
  /**
   * The secret that both ends prove to hold before anything else is read. Default: none.
   *
   * On a transport that is not encrypted every message then carries a code as
   * well, so that nobody can change, repeat or add one.
   */
  readonly key?: Key | undefined;
  /** The classes of which received errors become instances, by the errors' `name`. The built-in ones are always there. */
  readonly errors?: Readonly<Record<string, ErrorClass>> | undefined;
  /** Whether errors cross with their stack traces. Default: only where both ends are on one machine. */
  readonly showStacks?: boolean | undefined;
  /** Called with errors that nobody waits for, such as a failed notification's. Default: they are dropped. */
  readonly onError?: ((error: Error) => void) | undefined;
  /** Where the session tells what happens to it; a pino logger fits. No line holds arguments, keys or credentials. Default: nowhere. */
  readonly logger?: Logger | undefined;
  /** Makes a span of every call; see `@fourwire/session/tracing`. Default: none. */
  readonly tracing?: Tracing | undefined;
}

/** Options with nothing left open. */
export interface SessionSettings {
  readonly codec: Codec;
  readonly limits: Limits;
  readonly heartbeat: Heartbeat | false;
  readonly callTimeoutMs: number;
  readonly handshakeTimeoutMs: number | undefined;
  readonly key: Uint8Array | undefined;
  /** What a client proves with; absent where the platform does, and at a server. */
  readonly proofs: Proofs | undefined;
  /** Whether what passes is safe from strangers without a code of the session's own. */
  readonly encrypted: boolean;
  /** Whether the far end may have memory in common with this one. */
  readonly shares: boolean;
  /** The largest message that the link carries. */
  readonly linkBytes: number;
  readonly errors: ErrorClasses;
  readonly showStacks: boolean;
  readonly onError: (error: Error) => void;
  readonly logger: Logger;
  readonly tracing: Tracing | undefined;
  readonly access: AccessOptions;
}

/** What the settings need to know of the link. */
export interface LinkFacts {
  /** Whether both ends are on one machine. */
  readonly local: boolean;
  readonly encrypted: boolean;
  /** Whether the far end may have memory in common with this one. Default `false`. */
  readonly shares?: boolean | undefined;
  readonly maxMessageBytes: number;
}

/** What a message has beside its values: numbers, and the code of a keyed session. */
const LINK_OVERHEAD_BYTES = 1024;

/** Collects what the settings need to know of the link to an address. */
export function linkFacts({ traits }: Transport, address: string): LinkFacts {
  const { encrypted, maxMessageBytes, transferables } = traits;
  return { encrypted, maxMessageBytes, shares: transferables, local: traits.local || isLoopback(address) };
}

/** Completes options. Throws a `TypeError` that names the option which makes no sense. */
export function completeSettings(
  options: SessionOptions & AccessOptions,
  link: LinkFacts,
  { codec, key, proofs }: SettingsParts,
): SessionSettings {
  const { callTimeoutMs = DEFAULT_CALL_TIMEOUT_MS, handshakeTimeoutMs } = options;
  checkTimeout("callTimeoutMs", callTimeoutMs);
  if (handshakeTimeoutMs !== undefined) checkTimeout("handshakeTimeoutMs", handshakeTimeoutMs);
  return {
    codec,
    limits: completeLimits(options.limits),
    heartbeat: completeHeartbeat(options.heartbeat),
    callTimeoutMs,
    handshakeTimeoutMs,
    key,
    proofs,
    encrypted: link.encrypted,
    shares: link.shares ?? false,
    linkBytes: link.maxMessageBytes - LINK_OVERHEAD_BYTES,
    errors: withBuiltInErrors(options.errors),
    showStacks: options.showStacks ?? link.local,
    onError: options.onError ?? (() => undefined),
    logger: options.logger ?? silentLogger,
    tracing: options.tracing,
    access: { authenticate: options.authenticate, authorize: options.authorize },
  };
}

/** Throws a `TypeError` that names a timeout which is not above 0. */
export function checkTimeout(name: string, value: number): void {
  if (!(value > 0)) throw new TypeError(`${name} is ${value}; expected a number of milliseconds above 0`);
}

/** Says whether an address can only be reached from this machine. */
export function isLoopback(address: string): boolean {
  if (/^(ipc|inproc):/.test(address)) return true;
  return /^[a-z]+:\/\/(127(\.\d+){3}|localhost|\[::1\])(:|\/|$)/.test(address);
}
