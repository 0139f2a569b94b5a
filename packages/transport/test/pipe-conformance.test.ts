import type { BothEnds } from "@fourwire/transport/conformance";
import { conform, pipePair } from "@fourwire/transport/conformance";
import { pipe } from "@fourwire/transport/pipe";
import { describe, it } from "vitest";
import { startChild } from "./pipe-child.ts";

const MIB = 1024 * 1024;
const options = { maxMessageBytes: 8 * MIB };

describe("pipe", () => {
  let latest: BothEnds | undefined;
  conform(it, {
    name: "pipe",
    record: new URL("conformance/pipe.json", import.meta.url),
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
