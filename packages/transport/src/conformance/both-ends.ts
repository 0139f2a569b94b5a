/**
 * Private links under the kit, whose checks want one transport that both
 * listens and connects.
 *
 * @module
 */

import type { ListenerControl } from "../channel.ts";
import { createListener } from "../channel.ts";
import type { Listener, Transport } from "../transport.ts";

/** Both ends of a private link as one transport. */
export interface BothEnds extends Transport {
  /** Listens at one more link, too, at the address of a listener that is there already; closes that link in the end. */
  adopt(link: Transport, address: string): Promise<void>;
}

/**
 * Makes one transport of a private link's two ends: it connects from one and
 * listens at the other.
 *
 * Closing it closes both.
 */
export function bothEnds(near: Transport, far: Transport | Promise<Transport>): BothEnds {
  const links: Transport[] = [];
  // A far end that has never listened counts as starting up, so that connecting to it would wait.
  const awake = Promise.resolve(far).then(async (end) => {
    const listener = await end.listen();
    await listener.close();
  });
  // Whoever uses it hears of a failure.
  awake.catch(() => undefined);
  const listeners = new Map<string, ListenerControl>();
  const close = async (): Promise<void> => {
    await awake.catch(() => undefined);
    await Promise.all([near, await far, ...links].map((end) => end.close()));
  };
  return {
    name: near.name,
    traits: near.traits,
    async listen(address, wait) {
      const inner = await (await far).listen(address, wait);
      const control = createListener({
        address: inner.address,
        async close() {
          listeners.delete(inner.address);
          await inner.close();
        },
      });
      listeners.set(inner.address, control);
      void forward(inner, control).then(() => control.listener.close());
      return control.listener;
    },
    async connect(address, wait) {
      await awake;
      return await near.connect(address, wait);
    },
    async adopt(link, address) {
      const control = listeners.get(address);
      if (!control) throw new TypeError(`Nothing listens at "${address}"`);
      links.push(link);
      void forward(await link.listen(address), control);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function forward(from: Listener, to: ListenerControl): Promise<void> {
  for await (const channel of from) to.accept(channel);
}
