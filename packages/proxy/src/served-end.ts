/**
 * All that an end can serve: objects by their rules, and its agent.
 *
 * @module
 */

import type { Deed } from "@fourwire/session";
import { describeForAgent, isForAgent } from "./agent-core.ts";
import { createAgents } from "./agents.ts";
import { describeHandOver, isForHandOver, serveHandOver } from "./hand-over/asked.ts";
import type { Instances } from "./instances.ts";
import type { Target } from "./operation.ts";
import { Relays } from "./relay.ts";
import type { Rules } from "./rules.ts";
import type { ServedHooks } from "./served-hooks.ts";
import { ServedObjects } from "./served-objects.ts";
import type { ServedSide, ServingParts } from "./served-side.ts";

/** What is served. */
export interface ServedEndOptions {
  /** What the far end starts at; absent at the end that connected. */
  readonly root: object | undefined;
  readonly exposure: Rules;
  /** What the far end starts at where that is not the same for all; `root` then only stands for it. */
  readonly instances?: Instances | undefined;
  readonly hooks?: ServedHooks | undefined;
}

/** Serves objects and the agent of one end. */
export class ServedEnd implements ServedSide {
  readonly #parts: ServingParts;
  readonly #relays: Relays;
  readonly #instances: Instances | undefined;
  readonly #serveAs: (root: object | undefined) => ServedObjects;
  readonly #served: ServedObjects;

  constructor(parts: ServingParts, { root, exposure, instances, hooks }: ServedEndOptions) {
    const { session, references, kept, onError } = parts;
    const relays = new Relays(session, onError);
    this.#parts = parts;
    this.#relays = relays;
    this.#instances = instances;
    this.#serveAs = (start) => new ServedObjects({ root: start, exposure, relays, references, kept, hooks });
    this.#served = this.#serveAs(root);
  }

  call(target: unknown, args: readonly unknown[]): unknown {
    if (isForAgent(target)) {
      const { own, far } = this.#parts.agents(createAgents);
      return own.serve(target, args, far, this.#relays);
    }
    if (isForHandOver(target)) return serveHandOver(this.#parts.handing, target, args);
    if (!this.#instances) return this.#served.call(target, args);
    return this.#instances.run(target, args, (root) => this.#serveAs(root).call(target, args));
  }

  onGiven(value: unknown, target: Target, args: readonly unknown[]): unknown {
    return this.#served.onGiven(value, target, args);
  }

  credit(subscription: unknown, count: unknown): void {
    this.#relays.credit(subscription, count);
  }

  describe(target: unknown): Deed {
    if (isForAgent(target)) return describeForAgent(target);
    return describeHandOver(target) ?? this.#served.describe(target);
  }
}
