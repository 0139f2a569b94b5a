/**
 * Topics of another, with a hub's bounds for slow subscribers.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import type { Frames, TopicSubscription, Topics, WaitOptions } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import type { Bounds } from "./outlet.ts";
import { Outlet } from "./outlet.ts";
import type { HubSubscribeOptions } from "./switchboard.ts";
import { boundsOf } from "./switchboard.ts";

/**
 * Puts a buffer of the hub's between other topics and each subscriber. The
 * members of a group have none, because what one of them has read ahead no
 * other could get.
 */
export class BoundedTopics implements Topics {
  readonly #topics: Topics;

  constructor(topics: Topics) {
    this.#topics = topics;
  }

  publish(topic: string, frames: Frames, options?: WaitOptions): ReturnType<Topics["publish"]> {
    return this.#topics.publish(topic, frames, options);
  }

  async subscribe(pattern: string, options: HubSubscribeOptions = {}): Promise<TopicSubscription> {
    const { group, maxBufferedBytes, signal, onGap } = options;
    const bounds = boundsOf(options);
    if (bounds.onFull === "wait" || (group !== undefined && options.onFull !== undefined)) {
      const what = group === undefined ? "have publishers wait" : "choose what a group drops (onFull)";
      throw new TransportError("UNSUPPORTED", `The topics behind this hub cannot ${what}`);
    }
    const tellGap = onGap && (() => onGap({}));
    const behind = await this.#topics.subscribe(pattern, { group, maxBufferedBytes, signal, onGap: tellGap });
    return group === undefined ? pump(behind, bounds) : behind;
  }
}

/** Reads a subscription into a buffer of its own. */
function pump(behind: TopicSubscription, bounds: Bounds): TopicSubscription {
  const outlet = new Outlet(bounds, () => void behind.close());
  const member = outlet.join();
  const readAll = async (): Promise<void> => {
    let dropped = 0;
    for await (const message of behind) {
      if (behind.dropped > dropped) outlet.skip(behind, behind.dropped - dropped);
      dropped = behind.dropped;
      // Nobody waits: that the publishers do is not supported.
      void outlet.push(message, behind);
    }
  };
  readAll().then(
    () => outlet.close(),
    (error: unknown) => outlet.fail(toError(error)),
  );
  return member;
}
