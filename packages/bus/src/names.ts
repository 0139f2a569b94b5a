/**
 * The names that a bus uses on its transport.
 *
 * Events, calls and replies have a first segment each, so that no wildcard of a
 * subscriber ever matches a call or a reply.
 *
 * @module
 */

import { checkTopic } from "@fourwire/transport";

/** The most channels of which the topic is kept; beyond it, all are forgotten. */
const MAX_KEPT_TOPICS = 1_000;

/** Makes names on the transport of names on the bus, and back. */
export interface Names {
  /** The topic of an event channel. Throws a `TypeError` for what is none. */
  event(channel: string): string;
  /** The pattern of a channel pattern. */
  events(pattern: string): string;
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
  // To check a channel costs as much as to write an event.
  const topics = new Map<string, string>();
  const keep = (channel: string): string => {
    checkTopic(channel);
    if (topics.size >= MAX_KEPT_TOPICS) topics.clear();
    const topic = events + channel;
    topics.set(channel, topic);
    return topic;
  };
  return {
    event: (channel) => topics.get(channel) ?? keep(channel),
    events: (pattern) => events + pattern,
    channelOf: (topic) => topic.slice(events.length),
    call: (name) => `${namespace}.calls.${name}`,
    server: (id) => `${namespace}.servers.${id}`,
    inbox: (id) => `${namespace}.replies.${id}`,
    queue: (name) => `${namespace}.${name}`,
  };
}
