import type { BothEnds } from "@fourwire/transport/conformance";
import { bothEnds, conform } from "@fourwire/transport/conformance";
import { pipe } from "@fourwire/transport/pipe";
import { describe, it } from "vitest";
import { startChild } from "./pipe-child.ts";
import { owning, socketPair } from "./socket-pair.ts";

const MIB = 1024 * 1024;
const options = { maxMessageBytes: 8 * MIB };

describe("pipe", () => {
  let latest: BothEnds | undefined;
  conform(it, {
    name: "pipe",
    create() {
      const { near, far } = socketPair();
      latest = bothEnds(
        pipe(owning(near), options),
        far.then((socket) => pipe(owning(socket), options)),
      );
      return latest;
    },
    address: () => "meeting-place",
    async victim(_, address) {
      const child = startChild("idle", address);
      await latest?.adopt(pipe(child.child), address);
      return child;
    },
  });
});
