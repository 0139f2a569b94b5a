/**
 * The names that a bus uses on its transport.
 *
 * Events, calls and replies have a first segment each, so that no wildcard of a
 * subscriber ever matches a call or a reply.
 *
 * @module
 */

import { checkTopic } from "@fourwire/transport";

/** Makes names on the transport of names on the bus, and back. */
export interface Names {
  /** The topic of an event channel, or the pattern of a channel pattern. */
  event(channel: string): string;
  /** The event channel of a topic. */
  channelOf(topic: string): string;
  /** The topic on which a function is called at all its servers. */
  call(name: string): string;
  /** The topic on which one bus is called. */
  server(id: string): string;
  /** The topic on which one bus gets its replies. */
  inbox(id: string): string;
  /** The transport's name of a queue. */
  queue(name: string): string;
}

/** Creates the names of one namespace. Throws a `TypeError` when it is no valid topic. */
export function createNames(namespace: string): Names {
  checkTopic(namespace);
  const events = `${namespace}.events.`;
  return {
    event: (channel) => events + channel,
    channelOf: (topic) => topic.slice(events.length),
    call: (name) => `${namespace}.calls.${name}`,
    server: (id) => `${namespace}.servers.${id}`,
    inbox: (id) => `${namespace}.replies.${id}`,
    queue: (name) => `${namespace}.${name}`,
  };
}
