// @ts-check
/**
 * Writes docs/transports.md: what each transport can do, and which promises it keeps.
 *
 * The traits are those of the built drivers with their default options. The
 * results are those that the drivers' own conformance tests compare themselves
 * with, `packages/<package>/test/conformance/<name>.json`: so the page is
 * written without running anything, and a test fails when it is wrong.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { requestContract } from "../packages/session/dist/conformance/index.js";
import { messagePortPair, pipePair, transportContract } from "../packages/transport/dist/conformance/index.js";
import { memory } from "../packages/transport/dist/memory.js";
import { redis } from "../packages/transport-redis/dist/index.js";
import { webSocket } from "../packages/transport-ws/dist/index.js";
import { zmq } from "../packages/transport-zmq/dist/index.js";

/** @typedef {import("../packages/transport/dist/index.js").Traits} Traits */
/** @typedef {import("../packages/transport/dist/index.js").Transport} Transport */
/** @typedef {{ readonly name: string, readonly results: ReadonlyMap<string, string> }} Column */
/** @typedef {{ readonly title: string, readonly page: string, readonly create: () => Transport }} Driver */

const root = resolve(import.meta.dirname, "..");
const MIB = 1024 * 1024;

/** @type {Readonly<Record<string, Driver>>} */
const DRIVERS = {
  memory: { title: "memory", page: "memory", create: memory },
  "zmq-tcp": { title: "ZeroMQ `tcp:`", page: "zmq", create: zmq },
  "zmq-ipc": { title: "ZeroMQ `ipc:`", page: "zmq", create: zmq },
  "zmq-inproc": { title: "ZeroMQ `inproc:`", page: "zmq", create: zmq },
  redis: { title: "Redis", page: "redis", create: () => redis({ url: "redis://127.0.0.1" }) },
  ws: { title: "WebSocket", page: "web-socket", create: webSocket },
  pipe: { title: "pipe", page: "pipe", create: pipePair },
  "message-port": { title: "message port", page: "message-port", create: messagePortPair },
};

/** What a trait means to who chooses a transport. @type {Readonly<Record<keyof Traits, string>>} */
const TRAITS = {
  detectsLoss: "the death of the far end is seen without waiting for it to say something",
  topics: "publish and subscribe, wildcards, groups",
  queues: "work queues with leases",
  logs: "durable channels: events that are kept and replayed",
  durable: "queue items and log entries survive the end of all processes",
  transferables: "memory is moved to the far end, or shared with it",
  encrypted: "strangers on the network can neither read nor change what passes",
  local: "both ends are on one machine by construction",
  maxMessageBytes: "the largest message, all frames together",
};

/** The traits that an option turns on, of which drivers. @type {Partial<Record<keyof Traits, { names: string[], note: string }>>} */
const OPTIONAL = {
  encrypted: { names: ["zmq-tcp", "zmq-ipc", "zmq-inproc", "ws"], note: "¹" },
};

const checks = [...transportContract, ...requestContract];
/** @type {Map<string, string | undefined>} */
const needs = new Map(checks.map(({ id, needs: need }) => [id, need]));
const columns = readColumns();
const known = Object.keys(DRIVERS).flatMap((name) => columns.find((column) => column.name === name) ?? []);
const hubs = columns.filter(({ name }) => name.startsWith("hub-"));
const forms = columns.filter((column) => !known.includes(column) && !hubs.includes(column));
writeFileSync(join(root, "docs/transports.md"), await render());

/**
 * Reads what was recorded, one column a driver; its requests are recorded by the session.
 *
 * @returns {Column[]}
 */
function readColumns() {
  const folders = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "test/conformance"));
  const files = folders.filter((path) => existsSync(path)).flatMap(listFiles);
  const names = [...new Set(files.map((file) => basename(file, ".json")))];
  return names.map((name) => {
    const own = files.filter((file) => basename(file, ".json") === name);
    return { name, results: new Map(own.flatMap(readResults)) };
  });
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function listFiles(folder) {
  const names = readdirSync(folder).sort();
  return names.map((name) => join(folder, name));
}

/**
 * @param {string} file
 * @returns {[id: string, status: string][]}
 */
function readResults(file) {
  const results = Object.entries(JSON.parse(readFileSync(file, "utf8")));
  for (const [id] of results) if (!needs.has(id)) throw new Error(`${file} has ${id}, which is no check`);
  return results;
}

/** @returns {Promise<string>} */
async function render() {
  const parts = [
    "# Transports side by side",
    "Written by `npm run docs`; do not edit. Every transport is under the same [conformance kit](contract.md). What it found is\n" +
      "recorded beside each driver's test, which fails when it finds anything else; `FOURWIRE_RECORD=1 npm test` records it anew.",
    "## What each can do",
    "The traits of each driver with its default options. A feature that needs what a transport denies says so at once, by the\n" +
      "code `UNSUPPORTED`; a [hub](hub.md) adds topics, queues and logs to any of them.",
    await renderTraits(),
    "¹ Yes with keys: `curve` of [ZeroMQ](transports/zmq.md), `tls` or an `https:` server of a [WebSocket](transports/web-socket.md).",
    "## Which promises each keeps",
    "The checks of each group of the [contract](contract.md). What a trait denies is not offered, and the kit has seen that it is\n" +
      "absent. The group `request` is kept by the session over the driver's channels.",
    renderGroups(known, columnTitle),
  ];
  if (forms.length > 0) {
    parts.push(
      "### Other forms of the same drivers",
      "The same driver beside an HTTP server, over TLS, or at a port as browsers have it.",
      renderGroups(forms, ({ name }) => `\`${name}\``),
    );
  }
  if (hubs.length > 0) {
    parts.push(
      "### Through a hub",
      "The ports that a [hub](hub.md) adds; the channels stay the transport's own. `memory`, `message-port`, `ws` and `zmq` are the\n" +
        "hub's own ports over that medium; `backend`, `durable` and `redis` are those of another network, a store on disk, or Redis\n" +
        "behind a hub over memory.",
      renderGroups(hubs, ({ name }) => `\`${name.slice("hub-".length)}\``),
    );
  }
  parts.push(
    "## What all of them do alike",
    [
      "* A channel delivers in order and once, or ends with `LOST`. Both ends see a close, and tell it from a loss.",
      "* Senders may reuse their buffers once `send` has resolved; received frames belong to the receiver.",
      "* What a reader leaves unread is bounded by `maxInboxBytes`, 64 MiB by default: each message and each frame counts 128",
      "  bytes beside its content, so a flood of empty messages has an end, too. One message on its own is always kept.",
      "* A message has at most 65,536 frames.",
      "* Nothing is open before the first channel, listener or subscription, or after the last.",
    ].join("\n"),
    "A driver of your own: [writing a transport](writing-a-transport.md).",
  );
  return `${parts.join("\n\n")}\n`;
}

/** @returns {Promise<string>} */
async function renderTraits() {
  /** @type {Traits[]} */
  const traits = [];
  for (const { name } of known) {
    const transport = DRIVERS[name]?.create();
    if (transport) traits.push(transport.traits);
    await transport?.close();
  }
  const names = /** @type {(keyof Traits)[]} */ (Object.keys(TRAITS));
  const rows = names.map((name) => {
    const cells = traits.map((of, place) => renderTrait(name, of[name], known[place]?.name ?? ""));
    return [`\`${name}\`: ${TRAITS[name]}`, ...cells];
  });
  return renderTable([["trait", ...known.map(columnTitle)], ...rows]);
}

/**
 * @param {keyof Traits} trait
 * @param {boolean | number} value
 * @param {string} name
 * @returns {string}
 */
function renderTrait(trait, value, name) {
  if (typeof value === "number") return Number.isFinite(value) ? `${value / MIB} MiB` : "no limit";
  if (value) return "**yes**";
  const option = OPTIONAL[trait];
  return option?.names.includes(name) ? `no ${option.note}` : "no";
}

/**
 * @param {Column} column
 * @returns {string}
 */
function columnTitle({ name }) {
  const { title, page } = DRIVERS[name] ?? { title: name, page: name };
  return `[${title}](transports/${page}.md)`;
}

/**
 * Renders a row a group, of those that any of the columns has.
 *
 * @param {readonly Column[]} shown
 * @param {(column: Column) => string} titleOf
 * @returns {string}
 */
function renderGroups(shown, titleOf) {
  const groups = [...new Set(checks.map(({ id }) => groupOf(id)))];
  const rows = groups
    .map((group) => [group, ...shown.map(({ results }) => renderGroup(group, results))])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ""));
  return renderTable([["group", ...shown.map(titleOf)], ...rows]);
}

/**
 * @param {string} group
 * @param {ReadonlyMap<string, string>} results
 * @returns {string} nothing where the group was not run
 */
function renderGroup(group, results) {
  const own = [...results].filter(([id]) => groupOf(id) === group);
  const kept = own.filter(([, status]) => status === "kept").length;
  const denied = new Set(own.filter(([, status]) => status !== "kept").map(([id]) => `\`${needs.get(id)}\``));
  const parts = kept > 0 ? [`${kept} passed`] : [];
  if (denied.size > 0) parts.push(`not offered (${[...denied].join(", ")})`);
  return parts.join(", ");
}

/**
 * @param {string} id
 * @returns {string}
 */
function groupOf(id) {
  return id.slice(0, id.indexOf("/"));
}

/**
 * @param {readonly (readonly string[])[]} rows the first has the titles
 * @returns {string}
 */
function renderTable([titles = [], ...rows]) {
  const lines = [titles, titles.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
