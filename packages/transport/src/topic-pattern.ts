/**
 * Topics and the patterns that match them, the same in every driver.
 *
 * Segments are separated by `.` and never empty. In a pattern `*` stands for
 * one segment and `**`, at the end only, for one or more. The character `*` has
 * no other use.
 *
 * @module
 */

/** Checks the name of a topic. Throws a `TypeError` when a segment is empty or it holds a wildcard. */
export function checkTopic(topic: string): void {
  checkSegments("topic", topic);
  if (topic.includes("*")) throw new TypeError(`The topic "${topic}" holds a wildcard; only subscriptions may`);
}

/** Checks a pattern. Throws a `TypeError` when a segment is empty or a wildcard is where none can be. */
export function checkPattern(pattern: string): void {
  checkSegments("pattern", pattern);
  const segments = pattern.split(".");
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (!segment.includes("*") || segment === "*" || (segment === "**" && isLast)) return;
    throw new TypeError(`The pattern "${pattern}" has a wildcard that is neither a segment "*" nor "**" at the end`);
  });
}

/** Says whether a pattern holds a wildcard, and so may match more than one topic. */
export function hasWildcard(pattern: string): boolean {
  return pattern.includes("*");
}

/** Says whether a valid pattern matches a valid topic. */
export function matchesTopic(pattern: string, topic: string): boolean {
  if (!hasWildcard(pattern)) return pattern === topic;
  return compilePattern(pattern)(topic);
}

/** Prepares a valid pattern for matching many topics. */
export function compilePattern(pattern: string): (topic: string) => boolean {
  const segments = pattern.split(".");
  const isOpen = segments.at(-1) === "**";
  const fixed = isOpen ? segments.slice(0, -1) : segments;
  return (topic) => {
    const names = topic.split(".");
    const fits = isOpen ? names.length > fixed.length : names.length === fixed.length;
    return fits && fixed.every((segment, index) => segment === "*" || segment === names[index]);
  };
}

function checkSegments(what: string, name: string): void {
  if (typeof name !== "string" || name.split(".").includes("")) {
    throw new TypeError(`A ${what} is one or more non-empty segments separated by "."; got ${JSON.stringify(name)}`);
  }
}
