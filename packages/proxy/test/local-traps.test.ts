import { Console } from "node:console";
import { Writable } from "node:stream";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { agentOf, type Remote } from "../src/index.ts";
import { stage, turns } from "./fixture.ts";
import { Joint, Robot } from "./jointed-robot.ts";
import { transports } from "./transports.ts";

class Workshop {
  readonly #robot = new Robot();
  readonly spare = { joint: 1 };

  robot(): Robot {
    return this.#robot;
  }

  joint(): Joint {
    return new Joint(1);
  }
}

/** What a remote thing may be: whatever is done to it here is done to each. */
async function remoteThings(proxy: Remote<Workshop>): Promise<Record<string, object>> {
  const result = proxy.joint();
  return { root: proxy, member: proxy.spare, method: proxy.robot, reference: await proxy.robot(), result };
}

/** Counts the messages sent while something is done, and shortly after it. */
async function sentDuring(proxy: Remote<Workshop>, act: () => unknown): Promise<number> {
  const before = agentOf(proxy).stats().sent.batches;
  await act();
  await turns();
  return agentOf(proxy).stats().sent.batches - before;
}

function printed(value: unknown): string {
  let text = "";
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  new Console({ stdout }).log("%o %s", value, value, value);
  return text;
}

const looks: readonly { readonly what: string; readonly look: (thing: object) => unknown }[] = [
  { what: "console.log", look: printed },
  { what: "JSON.stringify", look: (thing) => JSON.stringify({ thing }) },
  { what: "util.inspect", look: (thing) => inspect(thing, { depth: 5, showHidden: true, showProxy: false }) },
  { what: "expect(proxy)", look: (thing) => expect(thing).toBe(thing) },
  { what: "expect(proxy).not.toEqual", look: (thing) => expect(thing).not.toEqual({ some: "other" }) },
];

describe.each(transports)("looking at what is remote, over $name", ({ create }) => {
  it.each(looks)("by $what neither sends, hangs nor throws", async ({ look }) => {
    await using served = await stage(new Workshop(), { transport: create() });
    const things = await remoteThings(served.proxy);
    for (const thing of Object.values(things)) expect(await sentDuring(served.proxy, () => void look(thing))).toBe(0);
  });

  it("by structuredClone says at once that it cannot be cloned, and sends nothing", async () => {
    await using served = await stage(new Workshop(), { transport: create() });
    const things = await remoteThings(served.proxy);
    for (const thing of Object.values(things)) {
      const clone = (): unknown => structuredClone(thing);
      expect(clone).toThrow(expect.objectContaining({ name: "DataCloneError" }));
      expect(await sentDuring(served.proxy, () => expect(clone).toThrow())).toBe(0);
    }
  });

  it.each([
    { what: "Promise.resolve(proxy)", settle: (thing: object) => Promise.resolve(thing) },
    { what: "await proxy", settle: async (thing: object) => await thing },
    { what: "returning it from an async function", settle: async (thing: object) => thing },
  ])("by $what gives the root and a reference themselves, and a member's value in one message", async ({ settle }) => {
    await using served = await stage(new Workshop(), { transport: create() });
    const { proxy } = served;
    const reference = await proxy.robot();
    for (const thing of [proxy, reference]) {
      expect(await sentDuring(proxy, async () => expect(await settle(thing)).toBe(thing))).toBe(0);
    }
    expect(await sentDuring(proxy, async () => expect(await settle(proxy.spare)).toEqual({ joint: 1 }))).toBe(1);
  });
});
