/**
 * Where a fault proxy connects to, and the address that stands for it.
 *
 * @module
 */

import { isIP } from "node:net";
import { TransportError } from "./errors.ts";

/** A host and a port of TCP. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** A target taken apart, with everything of its address that is not host and port. */
export interface FaultTarget extends HostAndPort {
  /** Writes the same address with another host and port. */
  addressAt(place: HostAndPort): string;
}

const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?)(\[[^\]]+\]|[^/?#:@]+):(\d+)([/?#].*)?$/i;

/** Takes a target apart. Throws `ADDRESS_INVALID` naming it. */
export function parseTarget(target: string | HostAndPort): FaultTarget {
  if (typeof target !== "string") {
    const { host, port } = target;
    return { ...checkPlace({ host, port }, `${host}:${port}`), addressAt: (place) => `tcp://${format(place)}` };
  }
  const [, prefix, host, port, suffix = ""] = ADDRESS.exec(target) ?? [];
  if (prefix === undefined || host === undefined) throw invalid(target, "expected scheme://host:port");
  const place = { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
  return { ...checkPlace(place, target), addressAt: (other) => `${prefix}${format(other)}${suffix}` };
}

function checkPlace(place: HostAndPort, shown: string): HostAndPort {
  const { host, port } = place;
  if (host === "" || host === "*") throw invalid(shown, "the host has to be one machine");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(shown, "the port is from 1 to 65535");
  return place;
}

function format({ host, port }: HostAndPort): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

function invalid(target: string, why: string): TransportError {
  return new TransportError("ADDRESS_INVALID", `A fault proxy cannot stand before "${target}": ${why}`);
}
