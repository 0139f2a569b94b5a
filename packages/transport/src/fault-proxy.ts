/**
 * A TCP proxy that breaks what passes through it, on purpose: for Node only.
 *
 * It stands between a real client and a real server of whatever protocol, so
 * that what is tested is what production runs.
 *
 * @module
 */

import type { FaultProxy, FaultProxyOptions } from "./fault-proxy-handle.ts";
import { FaultNetwork } from "./fault-proxy-network.ts";
import type { HostAndPort } from "./fault-proxy-target.ts";
import { parseTarget } from "./fault-proxy-target.ts";

export type { FaultDirection, FaultRange } from "./fault-proxy-conditions.ts";
export type { FaultProxyStats } from "./fault-proxy-connections.ts";
export type { CutsOptions } from "./fault-proxy-cuts.ts";
export type { DirectionOptions, FaultProxy, FaultProxyOptions } from "./fault-proxy-handle.ts";
export type { HostAndPort } from "./fault-proxy-target.ts";

/**
 * Puts a proxy before a target, at a free port of 127.0.0.1.
 *
 * The target is an address of whatever is carried by TCP, such as
 * `tcp://127.0.0.1:5555`, `ws://127.0.0.1:8080/path` or
 * `redis://127.0.0.1:6379`, and need not be listening yet: connections are
 * reset while it is not. Rejects with `ADDRESS_INVALID` for an address that
 * does not name a host and a port, or with the signal's reason.
 *
 * @example
 * ```ts
 * await using proxy = await faultProxy("tcp://127.0.0.1:5555", { seed: 7 });
 * await using channel = await transport.connect(proxy.address);
 * proxy.cut();
 * await channel.closed; // LOST
 * ```
 */
export async function faultProxy(target: string | HostAndPort, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  options.signal?.throwIfAborted();
  const network = new FaultNetwork(parseTarget(target), options);
  await network.listen();
  return network;
}
