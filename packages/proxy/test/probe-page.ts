/**
 * The page that shows the probes.
 *
 * @module
 */

import { hiddenMembers } from "./hidden-members.ts";
import { probedKinds } from "./probed-objects.ts";
import { probedPlaces, takesKeys } from "./probed-places.ts";
import { probedStarts } from "./probed-starts.ts";
import { probeFamilies, probes } from "./probes.ts";
import { operations } from "./probing.ts";

const INTRODUCTION = `# What was tried on served objects

A served object is reached by names that come from outside, which is how others were broken: Comlink's dispatcher followed
\`hello.constructor\` to \`Function\` and ran the code it was sent, and its message for setting polluted prototypes (comlink#603); birpc answered calls of
what every object inherits. Here one function decides what a name leads to, by the [rules](../proxy.md#what-can-be-reached), and this page is
what is tried against it at every change: each probe below, by each operation, on each object at each place, over memory and over
ZeroMQ, by messages written by hand, so that no proxy stands in between.

Every try is refused with \`NOT_FOUND\`, as if there were nothing, whether the name exists or not. Afterwards nothing that is hidden has run,
nothing of the object has changed, what objects inherit from is untouched, no code that was sent has run, and the server answers as before. The same
probes, run against a dispatcher that follows any path, find their way to \`Function\` and run code.

Two things are answered otherwise. A step that is a symbol or a function does not cross at all: \`NOT_SERIALIZABLE\`, at the sender. And plain data below
the root takes new keys by \`set\`, whatever they are called, unless the rules hide the name: that makes an own field, and nothing else.

The tables are those that the tests read. \`npx vitest run packages/proxy/test/probes.test.ts -u\` writes this page from them, and
without \`-u\` fails when it is not up to date.`;

/** Writes the page. */
export function renderProbes(): string {
  const rows = probedPlaces.reduce((sum, { kinds }) => sum + kinds.length, 0);
  const tries = (rows * probes.length * operations.length).toLocaleString("en");
  const parts = [
    INTRODUCTION,
    "## Probes",
    `${probes.length} paths below each object. \`method\` stands for one of its methods.`,
    table(
      ["what", "paths"],
      probeFamilies.map(({ idea, probes: of }) => [idea, of.map(({ what }) => what).join(", ")]),
    ),
    "## Operations",
    `${operations.map(({ what }) => what).join(", ")}. The code is \`globalThis.probed = true\`; "in short" is the form that calls of the root's methods have.`,
    "## Objects and places",
    `${rows} rows, and so ${tries} tries over each transport. Each object has private fields, fields that are not enumerable, functions and instances with methods of its own, where that is possible.`,
    table(
      ["", ...probedPlaces.map(({ what }) => what)],
      probedKinds.map(({ what }) => [
        what,
        ...probedPlaces.map(({ what: place, kinds }) => (kinds.includes(what) ? answerAt(what, place) : "")),
      ]),
    ),
    "## Beginnings",
    "Paths begin at what a client was given. What it was not given leads nowhere, by any operation.",
    table(
      ["begins at", "refused with"],
      probedStarts.map(({ what, code }) => [what, `\`${code}\``]),
    ),
    "## Particular objects",
    "What only some objects have, tried by the same operations over every transport. All of it is `NOT_FOUND`.",
    table(
      ["what", "path"],
      hiddenMembers.map(({ what, path }) => [what, path.map((name) => `\`${name}\``).join(" ")]),
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}

function answerAt(kind: string, place: string): string {
  return takesKeys(kind, place) ? "refused, but takes keys" : "refused";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
}
