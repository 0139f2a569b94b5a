/**
 * What things are called in Redis.
 *
 * All begin with the prefix, so that a user of Redis can be confined to it.
 * What stands in braces decides the node of a Cluster.
 *
 * @module
 */

import { randomBytes } from "node:crypto";

/** The names under one prefix. */
export interface Names {
  /** The list of those who wait to be accepted at an address. */
  offers(address: string): string;
  /** The channel that tells the listeners of an address that somebody waits. */
  bell(address: string): string;
  /** The channel of one end of a conversation. */
  inbox(id: string, end: "connector" | "listener"): string;
  /** The channel of a topic. */
  topic(topic: string): string;
  /** Redis's own pattern that matches the channel of every topic that a pattern matches, and more. */
  topics(pattern: string): string;
  /** The groups of all topics; what belongs to a group begins with it. */
  readonly groups: string;
  /** What the queue that belongs to a group begins with. */
  group(pattern: string, group: string): string;
  /** What everything that belongs to a queue begins with. */
  queue(queue: string): string;
  /** What everything that belongs to a log begins with. */
  log(log: string): string;
}

const DEAD = ":dead";

/** Creates the names under a prefix. */
export function createNames(prefix: string): Names {
  const groups = `${prefix}:{groups}`;
  return {
    groups,
    offers: (address) => `${prefix}:offers:${address}`,
    bell: (address) => `${prefix}:bell:${address}`,
    inbox: (id, end) => `${prefix}:inbox:${id}:${end}`,
    topic: (topic) => `${prefix}:topic:${topic}`,
    topics: (pattern) => `${escapeGlob(`${prefix}:topic:`)}${globOf(pattern)}`,
    group: (pattern, group) => `${groups}:${encodeURIComponent(pattern)}:${encodeURIComponent(group)}`,
    queue(queue) {
      let name = queue;
      while (name.endsWith(DEAD) && name !== DEAD) name = name.slice(0, -DEAD.length);
      // Encoded, so that no brace of the name moves it; its dead letters stay beside it.
      return `${prefix}:queue:{${encodeURIComponent(name)}}${queue.slice(name.length)}`;
    },
    log: (log) => `${prefix}:log:{${encodeURIComponent(log)}}`,
  };
}

/** Creates a name that nobody has used before, and that nobody can guess. */
export function freshId(): string {
  return randomBytes(16).toString("base64url");
}

/** Widens a pattern to one of Redis's, in which `*` does not stop at the end of a segment. */
function globOf(pattern: string): string {
  return pattern
    .split(".")
    .map((segment) => (segment === "*" || segment === "**" ? "*" : escapeGlob(segment)))
    .join(".");
}

function escapeGlob(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, (character) => `\\${character}`);
}
