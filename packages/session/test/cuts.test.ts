import { describe, expect, it } from "vitest";
import { Load, type LoadReport } from "./cuts-load.ts";
import { converseOver, links } from "./resume-links.ts";
import { sized } from "./size.ts";

const CALLS = sized(10_000, 100_000);
const CUTS = sized(20, 200);
const STREAMS = sized(10, 50);

function expectComplete({ wrong, runs, streams }: LoadReport): void {
  expect(wrong).toStrictEqual([]);
  expect(runs.every((count) => count === 1)).toBe(true);
  expect(streams).toHaveLength(STREAMS);
  for (const { sent, received } of streams) {
    expect(received).toBe(sent);
    // Each was open from the first call to the last.
    expect(sent).toBeGreaterThan(CALLS / 200);
  }
}

describe.each(links)("over $name", (kind) => {
  it(`${CUTS} cuts during ${CALLS} calls and ${STREAMS} open streams lose, repeat and reorder nothing`, async () => {
    let cuts = 0;
    const load = new Load({
      calls: CALLS,
      streams: STREAMS,
      settled(count) {
        const isDue = cuts < CUTS && count >= ((cuts + 0.5) * CALLS) / CUTS;
        // A cut counts only while there is something to lose.
        if (!isDue || conversation.client.state.state !== "open") return;
        expect(conversation.client.stats().pendingCalls).toBeGreaterThan(0);
        cuts += 1;
        conversation.link.cut();
      },
    });
    await using conversation = await converseOver(kind, { functions: load.functions });
    expectComplete(await load.run(conversation.client));
    expect(cuts).toBe(CUTS);
    expect(conversation.client.stats()).toMatchObject({ resumes: CUTS, resets: 0, pendingCalls: 0, openStreams: 0 });
  });
});

const byteLinks = links.filter(({ name }) => name !== "memory");

it.each(byteLinks)("cuts in the middle of messages lose, repeat and reorder nothing, over $name", async (kind) => {
  const load = new Load({ calls: CALLS, streams: STREAMS });
  await using conversation = await converseOver(kind, { functions: load.functions });
  const { link, client } = conversation;
  // Enough for a handshake and a message, not for all of what must be said again.
  link.cutAfter?.([25_000, 100_000]);
  expectComplete(await load.run(client));
  link.cutAfter?.(Number.POSITIVE_INFINITY);
  expect(client.stats().resumes).toBeGreaterThan(CUTS);
  expect(client.stats().resets).toBe(0);
});
