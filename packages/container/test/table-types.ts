/**
 * The types of what the tests' workers import.
 *
 * @module
 */

/** What `table.js` exports. */
export interface TableModule {
  add(one: number, other: number): number;
  pid(): number;
  say(line: string): void;
  warn(line: string): void;
}
