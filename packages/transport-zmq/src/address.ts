/**
 * The addresses that ZeroMQ understands, taken apart and checked.
 *
 * libzmq itself is lenient: it wraps a port beyond 65,535 around and resolves
 * host names on the thread that serves every other channel.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { lookup } from "node:dns/promises";
import { isIP, isIPv6 } from "node:net";
import { TransportError } from "@fourwire/transport";

/** An address taken apart; port 0 is any free port, `path` and `name` `*` a fresh one. */
export type Target =
  | { readonly scheme: "tcp"; readonly host: string; readonly port: number }
  | { readonly scheme: "ipc"; readonly path: string }
  | { readonly scheme: "inproc"; readonly name: string };

/** Where `listen` binds when it is given no address. */
export const FRESH_ADDRESS = "tcp://127.0.0.1:0";

const TCP = /^tcp:\/\/(\[[^\]]+\]|[\w.-]+|\*):(\d{1,5}|\*)$/;
const IPC = /^ipc:\/\/([^\0]+)$/;
const INPROC = /^inproc:\/\/([^\0]+)$/;

/** The longest path of a socket that every system takes: 104 bytes, one of them for the end. */
const MAX_PATH_BYTES = 103;

/** Takes apart an address to listen at. Throws `ADDRESS_INVALID` naming it. */
export function parseListenAddress(address: string): Target {
  const target = parseTcp(address) ?? parseNamed(address);
  if (!target) throw invalid(address, "expected tcp://host:port, ipc://path or inproc://name");
  return target;
}

/** Takes apart an address to connect to, which names one place. Throws `ADDRESS_INVALID` naming it. */
export function parseConnectAddress(address: string): Target {
  const target = parseListenAddress(address);
  if (isOpen(target)) throw invalid(address, "a wildcard can only be listened at");
  return target;
}

/** Writes a target the way libzmq takes it and reports it. */
export function formatTarget(target: Target): string {
  if (target.scheme === "ipc") return `ipc://${target.path}`;
  if (target.scheme === "inproc") return `inproc://${target.name}`;
  const host = isIPv6(target.host) ? `[${target.host}]` : target.host.replace("*", "0.0.0.0");
  return `tcp://${host}:${target.port === 0 ? "*" : target.port}`;
}

/**
 * Finds the numeric addresses of a target's host name, IPv4 first; any other
 * target is its own only result.
 */
export async function resolveTarget(target: Target): Promise<readonly Target[]> {
  if (target.scheme !== "tcp" || target.host === "*" || isIP(target.host) !== 0) return [target];
  const found = await lookup(target.host, { all: true });
  found.sort((left, right) => left.family - right.family);
  return found.map(({ address }) => ({ ...target, host: address }));
}

/** Names the target: a fresh name within this process if it asks for one. */
export function nameInproc(target: Target): Target {
  return target.scheme === "inproc" && target.name === "*"
    ? { scheme: "inproc", name: `fourwire-${randomUUID()}` }
    : target;
}

/** Builds the error for an address that cannot be used. */
export function invalid(address: string, why: string, cause?: unknown): TransportError {
  return new TransportError("ADDRESS_INVALID", `Not a usable ZeroMQ address, ${why}: "${address}"`, { cause });
}

function parseTcp(address: string): Target | undefined {
  const [, bracketed = "", digits = ""] = TCP.exec(address) ?? [];
  const host = bracketed.replace(/^\[(.*)\]$/, "$1");
  const port = digits === "*" ? 0 : Number(digits);
  if (host === "" || port > 65_535) return undefined;
  return host === bracketed || isIPv6(host) ? { scheme: "tcp", host, port } : undefined;
}

function parseNamed(address: string): Target | undefined {
  const path = IPC.exec(address)?.[1];
  if (path !== undefined) {
    if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw invalid(address, `a path has at most ${MAX_PATH_BYTES} bytes`);
    return { scheme: "ipc", path };
  }
  const name = INPROC.exec(address)?.[1];
  return name === undefined ? undefined : { scheme: "inproc", name };
}

function isOpen(target: Target): boolean {
  if (target.scheme === "tcp") return target.port === 0 || target.host === "*";
  return (target.scheme === "ipc" ? target.path : target.name) === "*";
}
