/**
 * Patterns of allow-lists.
 *
 * @module
 */

/**
 * Says whether a whole text matches a pattern, in which `*` stands for any
 * characters but `/`, and `**` for any at all.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&")));
  return new RegExp(`^${source.join("")}$`, "s").test(text);
}
