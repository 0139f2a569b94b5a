import { checkPattern, checkTopic, compilePattern, hasWildcard, matchesTopic } from "@fourwire/transport";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const segment = fc.string({ minLength: 1, maxLength: 5 }).filter((name) => !/[.*]/.test(name));
const segments = fc.array(segment, { minLength: 1, maxLength: 6 });

describe("matchesTopic", () => {
  it.each([
    ["order.placed", "order.placed", true],
    ["order.placed", "order.place", false],
    ["order.*", "order.placed", true],
    ["order.*", "order", false],
    ["order.*", "order.placed.twice", false],
    ["*.placed", "order.placed", true],
    ["order.*.late", "order.placed.late", true],
    ["order.**", "order.placed", true],
    ["order.**", "order.placed.late", true],
    ["order.**", "order", false],
    ["order.**", "orders.placed", false],
    ["*.**", "order.placed", true],
    ["*.**", "order", false],
    ["*", "order", true],
    ["**", "order", true],
    ["**", "order.placed.late", true],
    ["a.+", "a.b", false],
  ])("%s against %s is %s", (pattern, topic, expected) => {
    expect(matchesTopic(pattern, topic)).toBe(expected);
    expect(compilePattern(pattern)(topic)).toBe(expected);
  });

  it("matches every topic with itself, with any segment replaced by *, and with any end replaced by **", () => {
    fc.assert(
      fc.property(segments, fc.nat(), (names, random) => {
        const topic = names.join(".");
        const index = random % names.length;
        checkTopic(topic);
        for (const pattern of [topic, names.with(index, "*").join("."), [...names.slice(0, index), "**"].join(".")]) {
          checkPattern(pattern);
          expect(matchesTopic(pattern, topic)).toBe(true);
        }
      }),
    );
  });

  it("matches no topic with more or fewer segments than a pattern without **", () => {
    fc.assert(
      fc.property(segments, segments, (names, others) => {
        fc.pre(names.length !== others.length);
        expect(matchesTopic(names.map(() => "*").join("."), others.join("."))).toBe(false);
      }),
    );
  });

  it("matches as the regular expression of the pattern does", () => {
    const few = fc.constantFrom("a", "b", "ab");
    const topics = fc.array(few, { minLength: 1, maxLength: 4 }).map((names) => names.join("."));
    const open = fc.tuple(
      fc.array(fc.oneof(few, fc.constant("*")), { maxLength: 3 }),
      fc.oneof(few, fc.constant("**")),
    );
    fc.assert(
      fc.property(open, topics, ([start, end], topic) => {
        const expression = [...start, end].map((name) => (name === "**" ? ".+" : name.replace("*", "[^.]+")));
        expect(matchesTopic([...start, end].join("."), topic)).toBe(
          new RegExp(`^${expression.join("\\.")}$`).test(topic),
        );
      }),
    );
  });
});

describe("names", () => {
  it.each(["", ".", "a.", ".a", "a..b"])("with an empty segment are refused: %j", (name) => {
    expect(() => checkTopic(name)).toThrow(TypeError);
    expect(() => checkPattern(name)).toThrow(TypeError);
  });

  it.each(["*", "a.*", "a.**", "a*"])("with a wildcard are no topics: %j", (name) => {
    expect(() => checkTopic(name)).toThrow("holds a wildcard");
  });

  it.each(["a*", "**.a", "a.**.b", "a.***", "*a"])("with a wildcard out of place are no patterns: %j", (name) => {
    expect(() => checkPattern(name)).toThrow("has a wildcard that is neither");
  });

  it("tell whether they hold a wildcard", () => {
    expect([hasWildcard("a.b"), hasWildcard("a.*"), hasWildcard("**")]).toEqual([false, true, true]);
  });
});
