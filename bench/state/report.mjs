// @ts-check
import { markdownTable } from "markdown-table";
import { renderCount, renderRatio, renderRun } from "../report.mjs";
import { BARE_ZMQ } from "./peers.mjs";

const WATCHERS = [1, 10, 100];

/**
 * @typedef {import("./lines.mjs").Line} Line
 * @typedef {import("../options.mjs").Options<import("./client-process.mjs").Step>} Options
 * @typedef {(name: string, measure: Line["measure"], count?: number) => Line | undefined} Find
 */

/**
 * Renders the figures as Markdown: one at a time, 1,000 in flight, wake-ups, a
 * large neighbour, and fan-out.
 *
 * @param {readonly Line[]} lines
 * @param {Options} options
 * @returns {string}
 */
export function renderReport(lines, { rounds }) {
  const names = [...new Set(lines.map(({ name }) => name))];
  /** @type {Find} */
  const find = (name, measure, count = 1) =>
    lines.find((line) => line.name === name && line.measure === measure && line.count === count);
  return [
    renderRun(rounds),
    "**One at a time: µs (p50)**",
    renderAwaited(names, find),
    "**1,000 in flight: requests/s**",
    renderInFlight(names, find),
    "**From a write to whoever waits for it: µs**",
    renderWakeUps(names, find),
    "**Ten keys, beside 1 MB in the same namespace: µs (p50)**",
    renderNeighbour(names, find),
    "**Bytes on the wire: a `set`, the change of it, and a `get`, both ways**",
    renderBytes(names, find),
    "**Changes that arrive at watchers: changes/s, at all of them together**",
    renderFanOut(names, find),
  ].join("\n\n");
}

/** @param {readonly string[]} names @param {Find} find @returns {string} */
function renderAwaited(names, find) {
  const head = ["", "call", "get", "set", "get x call", "set x call"];
  return renderTable(head, names, (name) => {
    const [call, get, set] = [find(name, "call")?.p50Us, find(name, "get")?.p50Us, find(name, "set")?.p50Us];
    return [renderUs(call), renderUs(get), renderUs(set), renderRatio(get, call), renderRatio(set, call)];
  });
}

/** @param {readonly string[]} names @param {Find} find @returns {string} */
function renderInFlight(names, find) {
  const bare = find(BARE_ZMQ, "call")?.opsPerSecond;
  const head = ["", "get", "set", `get x ${BARE_ZMQ} one at a time`, `set x ${BARE_ZMQ} one at a time`];
  return renderTable(
    head,
    names.filter((name) => find(name, "get", 1000) ?? find(name, "set", 1000)),
    (name) => {
      const get = find(name, "get", 1000)?.opsPerSecond;
      const set = find(name, "set", 1000)?.opsPerSecond;
      return [renderMaybe(get), renderMaybe(set), renderRatio(get, bare), renderRatio(set, bare)];
    },
  );
}

/** @param {readonly string[]} names @param {Find} find @returns {string} */
function renderWakeUps(names, find) {
  const awake = names.filter((name) => find(name, "wake"));
  return renderTable(["", "p50", "p99", "p50 x call", "p50 x set"], awake, (name) => {
    const [wake, call, set] = [find(name, "wake"), find(name, "call"), find(name, "set")];
    const ratios = [call, set].map((other) => renderRatio(wake?.p50Us, other?.p50Us));
    return [renderUs(wake?.p50Us), renderUs(wake?.p99Us), ...ratios];
  });
}

/** @param {readonly string[]} names @param {Find} find @returns {string} */
function renderNeighbour(names, find) {
  const beside = names.filter((name) => find(name, "getBeside"));
  return renderTable(["", "get", "set", "get x alone", "set x alone"], beside, (name) => {
    const [get, set] = [find(name, "getBeside")?.p50Us, find(name, "setBeside")?.p50Us];
    const [getAlone, setAlone] = [find(name, "get")?.p50Us, find(name, "set")?.p50Us];
    return [renderUs(get), renderUs(set), renderRatio(get, getAlone), renderRatio(set, setAlone)];
  });
}

/** @param {readonly string[]} names @param {Find} find @returns {string} */
function renderBytes(names, find) {
  const weighed = names.filter((name) => find(name, "bytes") ?? find(name, "bytesBeside"));
  return renderTable(["", "alone", "beside 1 MB"], weighed, (name) => [
    renderMaybe(find(name, "bytes")?.bytesPerOp),
    renderMaybe(find(name, "bytesBeside")?.bytesPerOp),
  ]);
}

/** @param {readonly string[]} names @param {Find} find @returns {string} */
function renderFanOut(names, find) {
  const watched = names.filter((name) => find(name, "fanOut") ?? find(name, "fanOutBeside"));
  const head = [
    "",
    ...WATCHERS.map((count) => `${count} watchers`),
    ...WATCHERS.map((count) => `${count} beside 1 MB`),
  ];
  return renderTable(head, watched, (name) =>
    /** @type {const} */ (["fanOut", "fanOutBeside"]).flatMap((measure) =>
      WATCHERS.map((count) => renderMaybe(find(name, measure, count)?.opsPerSecond)),
    ),
  );
}

/**
 * @param {string[]} head
 * @param {readonly string[]} names
 * @param {(name: string) => string[]} toCells
 * @returns {string}
 */
function renderTable(head, names, toCells) {
  return markdownTable([head, ...names.map((name) => [name, ...toCells(name)])], {
    align: head.map((_, index) => (index === 0 ? "l" : "r")),
  });
}

/** @param {number | undefined} us @returns {string} */
function renderUs(us) {
  return us === undefined ? "" : us.toFixed(1);
}

/** @param {number | undefined} value @returns {string} */
function renderMaybe(value) {
  return value === undefined ? "" : renderCount(value);
}
