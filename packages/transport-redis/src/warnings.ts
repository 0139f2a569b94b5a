/**
 * What is wrong with a server's configuration.
 *
 * @module
 */

import type { Resident } from "./connections.ts";
import type { Settings } from "./options.ts";

const SAFE_POLICY = "noeviction";

/** Warns once when the server may drop keys, and with them queues, to make room. */
export function warnOfEviction({ onWarning }: Settings): Resident {
  let warned = false;
  return {
    async connected(connection) {
      if (warned) return;
      warned = true;
      // Not every user may ask, and a server that does not say is not known to be wrong.
      const info = await connection.info("memory").catch(() => "");
      const [, policy = SAFE_POLICY] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
      if (policy === SAFE_POLICY) return;
      onWarning(
        `Redis has maxmemory-policy ${policy}, so it may drop queues when its memory is full; set it to ${SAFE_POLICY}`,
      );
    },
    disconnected() {
      // A warning is given once.
    },
  };
}
