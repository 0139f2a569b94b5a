/**
 * An application under test: the same, on memory.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { type FaultOptions, type Faults, type MemoryTransport, memory } from "@fourwire/transport/memory";
import type { App } from "./app.ts";
import type { ContainerConfig } from "./config.ts";
import { ContainerError } from "./errors.ts";
import { FEATURES } from "./features.ts";
import { type StartOptions, start } from "./start.ts";
import { WILDCARD } from "./taken-addresses.ts";

/** How an application is tested. */
export interface TestOptions extends StartOptions {
  /** What goes wrong on every network from the start, the same with the same seed. Default: nothing. */
  readonly faults?: FaultOptions | undefined;
  /**
   * The networks to use, by the paths of the transports that they stand for:
   * `transport`, `transports.lab`. Two applications meet on one that both are
   * given. Default: a fresh one for each transport.
   */
  readonly networks?: Readonly<Record<string, MemoryTransport>> | undefined;
}

/** An application under test. */
export interface TestApp extends App {
  /** The networks by the paths of the transports that they stand for; the default one is `transport`. */
  readonly networks: ReadonlyMap<string, MemoryTransport>;
  /** Breaks all its networks on purpose. Closing the application heals them first. */
  readonly faults: Faults;
}

/**
 * Opens the same application as `configure`, with a memory network in place of
 * each transport, and of the default one even when none is named.
 *
 * Addresses stay as they are. Neither the environment nor a file is read unless
 * `env` or `file` says so. Closing it rejects with `LEFT_OPEN` when channels,
 * listeners or subscriptions are open that the application should have closed.
 *
 * @example
 * ```ts
 * await using app = await configureForTest(config, { faults: { seed: 7, delayMs: [0, 20] } });
 * ```
 */
export async function configureForTest(config: ContainerConfig, options: TestOptions = {}): Promise<TestApp> {
  const { faults, networks: given = {}, env = false, file = false, ...rest } = options;
  const networks = new Map<string, MemoryTransport>();
  const app = await start(
    FEATURES,
    config,
    { ...rest, env, file },
    {
      isTest: true,
      onLeftovers: refuseLeftovers,
      async createTransport(path) {
        const network = given[path] ?? memory();
        if (faults) network.faults.set(faults);
        networks.set(path, network);
        return { transport: withFreshAddresses(network), isOwn: given[path] === undefined };
      },
    },
  );
  const { container, closed, resolve } = app;
  const all = createFaults(networks);
  const close = (): Promise<void> => {
    // A goodbye that is lost would make of every close a wait for a heartbeat.
    all.heal();
    return app.close();
  };
  return { container, closed, resolve, networks, faults: all, close, [Symbol.asyncDispose]: close };
}

/** Makes an address that stands for any, such as one with the port 0, a fresh one here as well. */
function withFreshAddresses(network: MemoryTransport): Transport {
  return {
    ...network,
    listen: (address = "", options) =>
      network.listen(WILDCARD.test(address) ? undefined : address || undefined, options),
  };
}

function refuseLeftovers(leftovers: readonly string[]): void {
  if (leftovers.length === 0) return;
  throw new ContainerError("LEFT_OPEN", `The application left open: ${leftovers.join("; ")}`);
}

/** Makes one handle of all networks' faults. */
function createFaults(networks: ReadonlyMap<string, MemoryTransport>): Faults {
  const each = (act: (faults: Faults) => void): void => {
    for (const { faults } of networks.values()) act(faults);
  };
  return {
    set: (options) => each((faults) => faults.set(options)),
    heal: () => each((faults) => faults.heal()),
    cut: (channel) => each((faults) => faults.cut(channel)),
    halfOpen: (channel) => each((faults) => faults.halfOpen(channel)),
  };
}
