import type { BothEnds } from "@fourwire/transport/conformance";
import { conform } from "@fourwire/transport/conformance";
import { pipe } from "@fourwire/transport/pipe";
import { describe, it } from "vitest";
import { startChild } from "./pipe-child.ts";
import { pipePair } from "./private-links.ts";

const MIB = 1024 * 1024;
const options = { maxMessageBytes: 8 * MIB };

describe("pipe", () => {
  let latest: BothEnds | undefined;
  conform(it, {
    name: "pipe",
    create() {
      latest = pipePair(options);
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
