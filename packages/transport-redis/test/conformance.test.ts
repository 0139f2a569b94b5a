import { conform } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { afterAll, describe, it } from "vitest";
import { startPeer } from "./peer.ts";

const server = lazyTestServer(afterAll);
let fresh = 0;

describe("redis", () => {
  conform(it, {
    name: "redis",
    record: new URL("conformance/redis.json", import.meta.url),
    create: () => redis({ url: server.url }),
    address: () => {
      fresh += 1;
      return `meeting-place-${fresh}`;
    },
    victim: async (_, address) => await startPeer({ url: server.url, connect: address }),
  });
});
