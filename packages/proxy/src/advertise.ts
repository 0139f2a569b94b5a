/**
 * The address that others connect to, which need not be the one that is bound.
 *
 * @module
 */

/** A host and a port behind a scheme. */
const TCP = /^([a-z][a-z0-9+.-]*:\/\/)(\[[^\]]*\]|[^:/]+):(\d+|\*)(.*)$/i;
/** Hosts that stand for all interfaces, and what reaches them from the same machine. */
const LOOPBACK: ReadonlyMap<string, string> = new Map([
  ["*", "127.0.0.1"],
  ["0.0.0.0", "127.0.0.1"],
  ["[::]", "[::1]"],
]);

/**
 * Finds the address to hand to those who connect.
 *
 * A wildcard host is nothing to connect to: from the same machine the loopback
 * is, from others only whoever set the network up knows, and says so in
 * `advertise`. A port of 0 or `*` in that becomes the port really bound. From
 * Pizco's development branch, which put the client's own host in the place of `*`.
 *
 * Throws a `TypeError` for an advertised address that is a wildcard itself.
 */
export function addressToConnect(bound: string, advertise: string | undefined): string {
  const [, scheme, host = "", port = "", rest = ""] = TCP.exec(bound) ?? [];
  if (advertise !== undefined) return completePort(checkAdvertised(advertise), port);
  const loopback = LOOPBACK.get(host);
  return loopback === undefined ? bound : `${scheme}${loopback}:${port}${rest}`;
}

/** Checks an address to be advertised. Throws a `TypeError` for one that nobody could connect to. */
export function checkAdvertised(advertise: string): string {
  const host = TCP.exec(advertise)?.[2];
  if (typeof advertise === "string" && advertise !== "" && !LOOPBACK.has(host ?? "")) return advertise;
  throw new TypeError(`advertise: "${String(advertise)}" is nothing to connect to; name a host that clients can reach`);
}

function completePort(advertise: string, bound: string): string {
  const [, scheme, host, port, rest = ""] = TCP.exec(advertise) ?? [];
  return port === "*" || port === "0" ? `${scheme}${host}:${bound}${rest}` : advertise;
}
