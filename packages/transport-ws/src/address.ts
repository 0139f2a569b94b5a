/**
 * Addresses: `ws://host:port/path` and `wss://host:port/path`.
 *
 * @module
 */

import { TransportError } from "@fourwire/transport";

const SCHEME = /^wss?:\/\//i;

/** Takes apart an address to connect to. Throws `ADDRESS_INVALID` naming it. */
export function parseConnectAddress(address: string, wssOnly: boolean): URL {
  const url = parseAddress(address, wssOnly);
  if (url.port === "0") throw invalid(url, "port 0 can only be listened at");
  return url;
}

/** Takes apart an address to listen at. Throws `ADDRESS_INVALID` naming it. */
export function parseListenAddress(address: string, wssOnly: boolean): URL {
  const url = parseAddress(address, wssOnly);
  if (url.search) throw invalid(url, "a query can only be connected with");
  return url;
}

/** Writes an address the way people do, without its query, which may hold a token. */
export function describeUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

/** Builds the error for an address that cannot be used. */
export function invalid(address: URL | string, why: string, cause?: unknown): TransportError {
  const shown = typeof address === "string" ? address : describeUrl(address);
  return new TransportError("ADDRESS_INVALID", `Not a usable WebSocket address, ${why}: "${shown}"`, { cause });
}

function parseAddress(address: string, wssOnly: boolean): URL {
  const url = SCHEME.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  if (!url) throw invalid(withoutQuery(address), "expected ws://host:port/path or wss://host:port/path");
  if (url.username || url.password) throw invalid(url, "credentials belong into headers or a subprotocol");
  if (address.includes("#")) throw invalid(url, "a fragment means nothing here");
  if (wssOnly && url.protocol !== "wss:") throw invalid(url, "this transport speaks wss: only");
  return url;
}

function withoutQuery(address: string): string {
  return address.replace(/\?.*$/s, "");
}
