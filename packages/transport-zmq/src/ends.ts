/**
 * Everything that one transport has open.
 *
 * @module
 */

import type { Channel, Listener } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import type { Target } from "./address.ts";
import { formatTarget, invalid, parseConnectAddress, parseListenAddress, resolveTarget } from "./address.ts";
import { bindRouter } from "./bind.ts";
import type { Conversation } from "./conversation.ts";
import { connectDealer } from "./dealer.ts";
import type { Means } from "./means.ts";
import type { Settings } from "./options.ts";
import { RouterEnd } from "./router.ts";
import { ThreadGuard } from "./thread-guard.ts";
import { ZapHandler } from "./zap.ts";

/** Opens the two kinds of ends and closes whatever is open. */
export class Ends {
  readonly #means: Means;
  readonly #connecting = new Set<AbortController>();
  readonly #connected = new Set<Channel>();
  readonly #binding = new Set<Promise<Listener>>();
  readonly #routers = new Set<RouterEnd>();
  #closing: Promise<void> | undefined;

  constructor(settings: Settings) {
    const guard = new ThreadGuard();
    const { allow } = settings.curve ?? {};
    this.#means = { settings, guard, zap: allow && new ZapHandler(allow, guard) };
  }

  async connect(address: string, signal: AbortSignal | undefined): Promise<Channel> {
    this.#checkOpen();
    const target = parseConnectAddress(address);
    this.#checkServerKey(target, address);
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort(signal?.reason);
    signal?.addEventListener("abort", giveUp);
    this.#connecting.add(attempt);
    try {
      const { channel } = await this.#connectAny(target, address, attempt.signal);
      // Welcomed in the very turn in which the transport closed.
      if (this.#closing) await this.#refuseLate(channel);
      this.#connected.add(channel);
      void channel.closed.then(() => channel.close()).finally(() => this.#connected.delete(channel));
      return channel;
    } finally {
      this.#connecting.delete(attempt);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  async listen(address: string, signal: AbortSignal | undefined): Promise<Listener> {
    this.#checkOpen();
    const binding = this.#bind(parseListenAddress(address), address);
    this.#binding.add(binding);
    try {
      const listener = await binding;
      if (!signal?.aborted) return listener;
      await listener.close();
      throw signal.reason;
    } finally {
      this.#binding.delete(binding);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const attempt of this.#connecting) attempt.abort(closed());
    await Promise.allSettled(this.#binding);
    const channels = [...this.#connected].map((channel) => channel.close());
    const routers = [...this.#routers].map((router) => router.close());
    await Promise.all([...channels, ...routers]);
  }

  /** Tries the addresses that the host's name stands for until one is not refused. */
  async #connectAny(target: Target, address: string, signal: AbortSignal): Promise<Conversation> {
    let refusal: unknown;
    for (const candidate of await untilAborted(resolveHost(target, address), signal)) {
      try {
        return await connectDealer(candidate, this.#means, signal);
      } catch (error) {
        if (!(error instanceof TransportError && error.code === "REFUSED")) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  async #bind(wanted: Target, address: string): Promise<Listener> {
    const [target = wanted] = await resolveTarget(wanted).catch((cause: unknown) => {
      throw invalid(address, "its host has no address", cause);
    });
    const bound = formatTarget(target);
    for (const router of this.#routers) {
      if (router.address === bound && router.isDraining) return router.listen();
    }
    const router = new RouterEnd(await bindRouter(target, this.#means), this.#means, () =>
      this.#routers.delete(router),
    );
    this.#routers.add(router);
    const listener = router.listen();
    if (!this.#closing) return listener;
    await listener.close();
    throw closed();
  }

  async #refuseLate(channel: Channel): Promise<never> {
    await channel.close();
    throw closed();
  }

  #checkOpen(): void {
    if (this.#closing) throw closed();
  }

  #checkServerKey({ scheme }: Target, address: string): void {
    const { curve } = this.#means.settings;
    if (scheme === "inproc" || !curve || curve.serverKey !== undefined) return;
    throw new TypeError(`curve.serverKey, the public key of the far end, is needed to connect to ${address}`);
  }
}

async function resolveHost(target: Target, address: string): Promise<readonly Target[]> {
  try {
    return await resolveTarget(target);
  } catch (cause) {
    throw new TransportError("REFUSED", `The host has no address: ${address}`, { cause });
  }
}

/** Waits for a promise or the signal, whichever is first. */
function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

function closed(): TransportError {
  return new TransportError("CLOSED", "The transport is closed");
}
