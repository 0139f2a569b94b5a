/**
 * A subscription as its events leave the hub.
 *
 * @module
 */

import type { TopicMessage, TopicSubscription } from "@fourwire/transport";
import { weighFrames } from "@fourwire/transport";
import { OutgoingEvents } from "./outgoing-events.ts";
import type { HubMessage, Member } from "./outlet.ts";

/** A message of a subscription, which knows what is missing in front of it if it is the hub's own. */
type SubscribedMessage = TopicMessage & Partial<HubMessage>;

/** Makes a stream of what is published, in parcels: `[dropped, topic, ...frames]` and, where some is missing, `[dropped, missed?]`. */
export function createSubscribedEvents(
  subscription: TopicSubscription & Partial<Pick<Member, "take">>,
  onEnd: () => void,
): OutgoingEvents<SubscribedMessage> {
  const take = subscription.take;
  const source = {
    ...(take && { take: () => take() }),
    write({ topic, frames, missed = 0 }: SubscribedMessage) {
      const { dropped } = subscription;
      const message = [dropped, topic, ...frames];
      return missed > 0 ? [[dropped, missed], message] : [message];
    },
    weigh: ({ frames }: SubscribedMessage) => weighFrames(frames),
    writeGap: () => [subscription.dropped],
    close: () => subscription.close(),
    [Symbol.asyncIterator]: () => subscription[Symbol.asyncIterator](),
  };
  return new OutgoingEvents<SubscribedMessage>(source, onEnd);
}
