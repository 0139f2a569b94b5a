/**
 * What was tried on served objects, as data: ways in that worked on somebody's
 * objects once, and what looks like one. None leads anywhere.
 *
 * @module
 */

/** Stands in a path for a method or an accessor that the probed object has. */
export const METHOD: unique symbol = Symbol("a method");

/** A path that is tried below an object. */
export interface Probe {
  /** The path as people read it. */
  readonly what: string;
  readonly path: readonly unknown[];
  /** How it is refused. */
  readonly code: "NOT_FOUND" | "NOT_SERIALIZABLE";
}

/** Probes of one idea. */
export interface ProbeFamily {
  readonly idea: string;
  readonly probes: readonly Probe[];
}

export const probeFamilies: readonly ProbeFamily[] = [
  family("The class, and from any class to `Function`. Comlink followed such a path, and ran the code it was sent", [
    ...["constructor", "__proto__", "prototype", "constructor.constructor", "constructor.prototype"],
    ...["constructor.name", "__proto__.constructor", "__proto__.__proto__", "__proto__.hello", "prototype.hello"],
    ...["constructor.prototype.polluted", "__proto__.polluted", "constructor.constructor.constructor"],
  ]),
  family("Static members of the class, through the class and by their bare names", [
    ...["constructor.create", "constructor.secret", "create", "secret", "from", "of", "isArray", "now", "assign"],
    ...["groupBy", "captureStackTrace", "defaultMaxListeners", "BYTES_PER_ELEMENT", "species"],
  ]),
  family("What every object inherits. birpc answered calls of it", [
    ...["toString", "toLocaleString", "valueOf", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"],
    ...["__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"],
  ]),
  family(
    "Through a method or an accessor",
    [
      ...["constructor", "__proto__", "prototype", "call", "apply", "bind", "name", "length", "arguments", "caller"],
      ...["toString", "constructor.constructor", "call.call", "bind.constructor", "apply.constructor.constructor"],
    ],
    [METHOD],
  ),
  family("What functions have", ["call", "apply", "bind", "arguments", "caller", "bind.bind", "call.constructor"]),
  family("What makes a value a promise, or answers for it when it is printed", [
    ...["then", "catch", "finally", "then.call", "toJSON", "inspect", "nodejs.util.inspect.custom"],
  ]),
  family("Members of collections outside the table", [
    ...["forEach", "map", "filter", "reduce", "reduceRight", "flatMap", "find", "some", "every", "sort", "toSorted"],
    ...["copyWithin", "toSpliced", "group", "getOrInsert", "getOrInsertComputed", "union", "isSubsetOf", "next"],
    ...["buffer", "byteOffset", "parent", "write", "writeUInt8", "readUInt8", "swap16", "equals"],
  ]),
  family("Members and inherited accessors of other built-in classes", [
    ...[
      "getTime",
      "setTime",
      "toISOString",
      "stack",
      "message",
      "cause",
      "exec",
      "test",
      "source",
      "flags",
      "lastIndex",
    ],
    ...["description", "deref", "throw", "return", "resolve", "byteOffset.toString", "captureRejections", "domain"],
  ]),
  family("Members of emitters and of signals", [
    ...[
      "on",
      "once",
      "addListener",
      "removeAllListeners",
      "listeners",
      "rawListeners",
      "eventNames",
      "setMaxListeners",
    ],
    ...["getMaxListeners", "off", "prependListener", "_events", "_eventsCount", "emit", "emit.call", "slots"],
  ]),
  family("Private members, and own ones that are neither data nor a signal", [
    ...["_secret", "_reveal", "__secret", "#secret", "own", "own.call", "hidden", "hidden.reveal", "concealed"],
    ...["own.secret", "_secret.length", "hidden.constructor"],
  ]),
  family(
    "Names that look like others",
    [
      ...["Constructor", "CONSTRUCTOR", " constructor", "constructor ", "constructor\u0000", "constructor\u200b"],
      ...[
        "\u0441onstructor",
        "\uff43onstructor",
        "con\u00adstructor",
        "__proto__\u0000",
        "__proto__ ",
        "\uff3f\uff3fproto\uff3f\uff3f",
      ],
      ...[
        "\uff3fsecret",
        "\u200b_secret",
        "\ufeff_secret",
        "prototyp\u0435",
        "he\u0301llo",
        "hel\u200blo",
        "HELLO",
        "hello\u0000",
      ],
    ].map((name) => [name]),
  ),
  family(
    "Numbers that are no index",
    [
      ...["-1", "-0", "+1", "01", "1.5", "1e0", "0x1", "1n", "NaN", "Infinity", "-Infinity", "1_0", " 1", "1 "],
      ...["99999999999", "9007199254740993", "\uff11", "\u0661", "\u00b2", "\u2160"],
    ].map((name) => [name]),
  ),
  family(
    "One name for a whole path",
    [
      ...[
        "",
        ".",
        "..",
        "hello.call",
        "constructor.constructor",
        "[0]",
        "hello()",
        "a/b",
        "/",
        "*",
        "**",
        "%5f%5fproto%5f%5f",
      ],
      ...["Symbol(Symbol.iterator)", "@@iterator", "[Symbol.toPrimitive]", "Symbol.toStringTag", "__proto__[polluted]"],
    ].map((name) => [name]),
  ),
  {
    idea: "Steps that are no names",
    probes: [
      ...[0, 1, -1, 0.5, Number.NaN, null, undefined, true, 1n].map((step) => probe([step], `${String(step)}`)),
      probe([["constructor"]], 'the list `["constructor"]`'),
      probe([{ toString: "constructor" }], "an object with a `toString`"),
      probe([new Date(0)], "a date"),
      probe([new Map([["constructor", 1]])], "a map"),
      probe([new Uint8Array(1)], "bytes"),
      ...[Symbol.iterator, Symbol.toPrimitive, Symbol.hasInstance].map((step) =>
        probe([step], `the symbol ${String(step.description)}`, "NOT_SERIALIZABLE"),
      ),
      probe([() => "constructor"], "a function", "NOT_SERIALIZABLE"),
    ],
  },
  {
    idea: "Paths that are too long",
    probes: [
      probe(
        Array.from({ length: 63 }, () => "a"),
        "63 steps, below the longest that is read",
      ),
      probe(
        Array.from({ length: 200 }, () => "a"),
        "200 steps",
      ),
      probe(
        Array.from({ length: 200 }, () => "__proto__"),
        "200 times `__proto__`",
      ),
      probe(["a".repeat(10_000)], "a name of 10,000 characters"),
      probe(["_".repeat(10_000)], "10,000 underscores"),
    ],
  },
];

export const probes: readonly Probe[] = probeFamilies.flatMap((each) => each.probes);

function family(
  idea: string,
  paths: readonly (string | readonly string[])[],
  below: readonly symbol[] = [],
): ProbeFamily {
  const steps = paths.map((path) => (typeof path === "string" ? path.split(".") : path));
  return { idea, probes: steps.map((path) => probe([...below, ...path], `\`${write([...below, ...path])}\``)) };
}

function probe(path: readonly unknown[], what: string, code: Probe["code"] = "NOT_FOUND"): Probe {
  return { path, what, code };
}

/** Writes a path with every character that does not show as its code. */
function write(path: readonly unknown[]): string {
  const names = path.map((step) => (step === METHOD ? "method" : JSON.stringify(step).slice(1, -1)));
  const shown = names.map((name) =>
    name.replaceAll(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
  return shown.every((name) => /^[\w#@]+$/.test(name)) ? shown.join(".") : shown.map((name) => `"${name}"`).join(".");
}
