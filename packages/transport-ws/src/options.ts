/**
 * What a WebSocket transport can be told on Node.
 *
 * @module
 */

import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Server as HttpsServer } from "node:https";
import type { LimitOptions, LimitSettings } from "./limits.ts";
import { checkInteger, settleLimits } from "./limits.ts";

/** Keys and certificates of `wss:`, as PEM. */
export interface TlsOptions {
  /** The certificate, with its chain, that a listener shows. */
  readonly cert?: string;
  /** The private key of `cert`. */
  readonly key?: string;
  /** The authorities that `connect` trusts instead of Node's own. */
  readonly ca?: string | readonly string[];
}

/** `true` lets a newcomer in; anything else turns it away as `UNAUTHORIZED`, a text with that reason. */
export type Verdict = boolean | string;

/** Looks at the opening request of a newcomer: its headers, and the token in its query or among its subprotocols. */
export type Verify = (request: IncomingMessage) => Verdict | Promise<Verdict>;

/** How a WebSocket transport behaves. */
export interface WebSocketOptions extends LimitOptions {
  /**
   * The server to listen at, by path, beside whatever else it serves. Default:
   * `listen` opens a port of its own.
   */
  readonly server?: HttpServer | HttpsServer;
  /** The pages that may connect, such as `https://app.example`. A request with any other `Origin` is refused. Default none. */
  readonly origins?: readonly string[];
  /**
   * The host names that clients may call this one by, without port; loopback
   * and the name given to `listen` are always among them. A page that rebinds its own
   * name to this machine is refused by it. Default none.
   */
  readonly hosts?: readonly string[];
  /** Judges a newcomer that is not refused by `origins` and `hosts`. Default: everybody is let in. */
  readonly verify?: Verify;
  /** Headers that `connect` sends, such as `authorization`. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the transport an encrypted one that speaks `wss:` only. An `https:` server does the same. Default none. */
  readonly tls?: TlsOptions;
  /** Whether messages are compressed, if the far end agrees: worth it on slow networks only. Default false. */
  readonly compression?: boolean;
  /** The channels a listener has open at once, newcomers included; further ones are refused. Default 10,000. */
  readonly maxChannels?: number;
}

/** The options with every default in place. */
export interface Settings extends LimitSettings {
  readonly server: HttpServer | HttpsServer | undefined;
  readonly origins: ReadonlySet<string>;
  readonly hosts: readonly string[];
  readonly verify: Verify | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  readonly wssOnly: boolean;
  readonly compression: boolean;
  readonly maxChannels: number;
}

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the field. */
export function settle(options: WebSocketOptions): Settings {
  const { server, origins = [], hosts = [], verify, headers = {}, tls, compression = false } = options;
  const { maxChannels = 10_000 } = options;
  const limits = settleLimits(options);
  checkInteger("maxChannels", maxChannels, 1, Number.MAX_SAFE_INTEGER);
  origins.forEach((origin, index) => {
    if (!isOrigin(origin))
      throw new TypeError(`origins[${index}] is no origin such as https://app.example: "${origin}"`);
  });
  hosts.forEach((host, index) => {
    if (!isHostName(host)) throw new TypeError(`hosts[${index}] is no host name without port: "${host}"`);
  });
  return {
    ...limits,
    server,
    origins: new Set(origins),
    hosts: hosts.map((host) => host.toLowerCase()),
    verify,
    headers,
    tls: tls ?? {},
    wssOnly: tls !== undefined || server instanceof HttpsServer,
    compression,
    maxChannels,
  };
}

/** Says whether a text is an origin as browsers send it: no path, no slash at the end. */
function isOrigin(text: string): boolean {
  if (text === "null") return true;
  return URL.canParse(text) && new URL(text).origin === text;
}

function isHostName(text: string): boolean {
  return URL.canParse(`ws://${text}`) && new URL(`ws://${text}`).hostname === text.toLowerCase();
}
