/**
 * A store that lives as long as its process.
 *
 * @module
 */

import { StateError } from "./errors.ts";
import type { Store } from "./store.ts";
import { StoredState } from "./stored-state.ts";

/**
 * Creates a store in memory: an authority that is served with it again goes on
 * where the last one stopped.
 */
export function memoryStore(): Store {
  const state = new StoredState();
  let newest = 0;
  const close = (): Promise<void> => Promise.resolve();
  return {
    load() {
      newest += 1;
      return Promise.resolve({ fence: newest, namespaces: state.namespaces() });
    },
    commit(writes, fence) {
      if (fence !== newest) throw new StateError("NOT_AUTHORITY", "Another authority has taken over the store");
      for (const write of writes) state.apply(write);
      return undefined;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
