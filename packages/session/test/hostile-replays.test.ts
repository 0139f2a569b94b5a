import { type MemoryTransport, memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { CONTROL, Control } from "../src/message.ts";
import { type Eavesdropper, eavesdrop } from "./eavesdropper.ts";
import { type Conversation, type ConverseOptions, converse, until } from "./fixture.ts";
import { decode, HELLO, RawPeer } from "./raw-peer.ts";

const KEY = "a key of sixteen bytes and more";

interface Overheard extends Conversation {
  readonly network: MemoryTransport;
  readonly spy: Eavesdropper;
  /** What the served function was called with. */
  readonly kept: unknown[];
}

/** A conversation that somebody listens to. */
async function overheard(options: ConverseOptions = {}): Promise<Overheard> {
  const network = memory();
  const spy = eavesdrop(network);
  const kept: unknown[] = [];
  const functions = { keep: (value: unknown) => kept.push(value) };
  return Object.assign(await converse({ ...options, transport: spy.transport, functions }), { network, spy, kept });
}

/** Says again what a client said when it opened its last channel, and returns what the server answers at last. */
async function sayAgain({ network, server, spy }: Overheard): Promise<readonly unknown[] | undefined> {
  const start = spy.heard.findLastIndex(([frame]) => decode(frame)[1] === Control.HELLO);
  const [hello = [], proof = []] = spy.heard.slice(start);
  const peer = await RawPeer.connect(network, server.address);
  await peer.sendBytes(...hello);
  await peer.receive();
  await peer.sendBytes(...proof);
  const answer = await peer.receive();
  await peer.channel.close();
  return answer;
}

describe("who heard every word of a client", () => {
  it("does not get its session by saying the same again", async () => {
    await using conversation = await overheard();
    const { client, served, network, kept } = conversation;
    await client.call("keep", [1]);
    network.faults.cut();
    await client.call("keep", [2]);
    expect(client.stats().resumes).toBe(1);
    const answer = await sayAgain(conversation);
    expect(answer?.slice(0, 2)).toStrictEqual([CONTROL, Control.WELCOME]);
    expect(answer?.[2]).toMatchObject({ resumed: false, received: 0 });
    expect(answer?.[2]).not.toMatchObject({ session: served.peer.sessionId });
    // Nor did the client notice.
    await client.call("keep", [3]);
    expect(client.stats().resumes).toBe(1);
    expect(kept).toStrictEqual([1, 2, 3]);
  });

  it("is not let in with its proof of the key", async () => {
    await using conversation = await overheard({ open: { key: KEY }, serve: { key: KEY } });
    const answer = await sayAgain(conversation);
    expect(answer?.slice(0, 3)).toStrictEqual([CONTROL, Control.BYE, "UNAUTHORIZED"]);
    await conversation.client.call("keep", [1]);
    expect(conversation.kept).toStrictEqual([1]);
  });

  it("cannot make anything run twice where there is no key: its number was seen", async () => {
    await using conversation = await overheard();
    await conversation.client.call("keep", [1]);
    await conversation.spy.replay();
    await conversation.spy.replay();
    await conversation.client.call("keep", [2]);
    expect(conversation.kept).toStrictEqual([1, 2]);
    expect(conversation.client.stats().resumes).toBe(0);
  });

  it("cannot say anything twice where there is one: the channel ends, and the session goes on", async () => {
    await using conversation = await overheard({ open: { key: KEY }, serve: { key: KEY } });
    const { client, served, spy, kept } = conversation;
    await client.call("keep", [1]);
    const reasons: unknown[] = [];
    const watching = (async () => {
      for await (const { reason } of served.states()) if (reason) reasons.push(reason.code);
    })();
    await spy.replay();
    await until(() => client.stats().resumes === 1);
    await client.call("keep", [2]);
    expect(kept).toStrictEqual([1, 2]);
    expect(reasons).toStrictEqual(["UNAUTHORIZED"]);
    await client.close();
    await watching;
  });

  it("knows the session's id, and gets nothing for it", async () => {
    await using conversation = await overheard();
    const { network, server, client, served } = conversation;
    for (const secret of [undefined, new Uint8Array(32), "secret", new Uint8Array(5)]) {
      await using peer = await RawPeer.connect(network, server.address);
      await peer.send([CONTROL, Control.HELLO, { ...HELLO, resume: { session: served.peer.sessionId, received: 0 } }]);
      expect((await peer.receive())?.[1]).toBe(Control.CHALLENGE);
      await peer.send([CONTROL, Control.PROOF, { resume: secret }]);
      expect((await peer.receive())?.[2]).toMatchObject({ resumed: false, received: 0 });
    }
    await client.call("keep", [1]);
    expect(client.stats()).toMatchObject({ resumes: 0, resets: 0 });
  });
});
