import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { prove } from "../src/credentials.ts";
import { type ServeOptions, type Session, type SessionServer, serveSessions } from "../src/index.ts";
import { CONTROL, Control } from "../src/message.ts";
import { type Functions, handlerOf, until } from "./fixture.ts";
import { encode, HELLO, RawPeer } from "./raw-peer.ts";
import { stateOf } from "./resume-links.ts";

const NOWHERE = "0".repeat(32);

/** What a client remembers of its session. */
interface Ticket {
  readonly session: string;
  readonly secret: Uint8Array;
}

interface Place extends AsyncDisposable {
  readonly transport: Transport;
  readonly server: SessionServer;
  /** Opens a session and returns its ticket, with the peer that holds its channel. */
  open(credentials?: unknown): Promise<[Ticket, RawPeer]>;
  /** Asks to go on with a session and returns the server's answer. */
  resume(ticket: Ticket, more?: ResumeMore): Promise<[Record<string, unknown>, RawPeer]>;
}

interface ResumeMore {
  readonly received?: number;
  readonly credentials?: unknown;
}

async function createPlace(options?: ServeOptions, functions: Functions = {}): Promise<Place> {
  const transport = memory();
  const handler = handlerOf({ echo: (value: unknown) => value, ...functions });
  const server = await serveSessions(transport, "place", () => handler, options);
  return {
    transport,
    server,
    async open(credentials) {
      const peer = await RawPeer.connect(transport, "place");
      await peer.send([CONTROL, Control.HELLO, { ...HELLO, credentials }]);
      return [ticketOf(await fieldsOf(peer)), peer];
    },
    async resume({ session, secret }, { received = 0, credentials } = {}) {
      const peer = await RawPeer.connect(transport, "place");
      const hello = encode([CONTROL, Control.HELLO, { ...HELLO, credentials, resume: { session, received } }]);
      await peer.sendBytes(hello);
      const { nonce } = await fieldsOf(peer);
      if (!(nonce instanceof Uint8Array)) throw new Error("The server asks for no proof");
      const proof = prove(secret, "resume", { clientNonce: HELLO.nonce, serverNonce: nonce, hello });
      await peer.send([CONTROL, Control.PROOF, { resume: proof }]);
      return [await fieldsOf(peer), peer];
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await transport.close();
    },
  };
}

async function fieldsOf(peer: RawPeer): Promise<Record<string, unknown>> {
  const [, , fields] = (await peer.receive()) ?? [];
  if (typeof fields !== "object" || fields === null) throw new Error("The server gave no fields");
  return { ...fields };
}

function ticketOf({ session, secret }: Record<string, unknown>): Ticket {
  if (typeof session !== "string" || !(secret instanceof Uint8Array)) throw new Error("That is no ticket");
  return { session, secret };
}

/** Returns the server's end of a session. */
async function endOf({ server }: Place, ticket: Ticket): Promise<Session> {
  const find = (): Session | undefined => [...server.sessions].find(({ peer }) => peer.sessionId === ticket.session);
  await until(() => find() !== undefined);
  const found = find();
  if (!found) throw new Error("The session ended");
  return found;
}

describe("a session's secret", () => {
  it("has 256 bits, is new with every resume, and the id of 128 bits stays", async () => {
    await using place = await createPlace();
    const [first] = await place.open();
    expect(first.session).toMatch(/^[0-9a-f]{32}$/);
    expect(first.secret).toHaveLength(32);
    const [welcome] = await place.resume(first);
    expect(welcome).toMatchObject({ resumed: true, session: first.session });
    expect(ticketOf(welcome).secret).not.toStrictEqual(first.secret);
  });

  it("stays good until its successor was shown, however often that did not arrive, and not any longer", async () => {
    await using place = await createPlace();
    const [first] = await place.open();
    const [unheard] = await place.resume(first);
    const [again] = await place.resume(first);
    expect([unheard.resumed, again.resumed]).toStrictEqual([true, true]);
    const second = ticketOf(again);
    const [shown] = await place.resume(second);
    expect(shown.resumed).toBe(true);
    const [tooLate] = await place.resume(first);
    expect(tooLate.resumed).toBe(false);
    const [overtaken] = await place.resume(ticketOf(unheard));
    expect(overtaken.resumed).toBe(false);
    expect((await place.resume(ticketOf(shown)))[0].resumed).toBe(true);
  });

  it("that is wrong looks like a session that is unknown, and leaves the right one alone", async () => {
    await using place = await createPlace();
    const [ticket, peer] = await place.open();
    const [wrong] = await place.resume({ ...ticket, secret: new Uint8Array(32).fill(1) });
    const [zero] = await place.resume({ ...ticket, secret: new Uint8Array(32) });
    const [unknown] = await place.resume({ session: NOWHERE, secret: ticket.secret });
    const [nothing] = await place.resume({ session: NOWHERE, secret: new Uint8Array(32) });
    for (const answer of [wrong, zero, unknown, nothing]) {
      expect(answer).toMatchObject({ resumed: false, received: 0 });
      expect(Object.keys(answer)).toStrictEqual(Object.keys(wrong));
      expect(answer.session).not.toBe(ticket.session);
    }
    await peer.send([1, 0, 1, 1, "echo", ["undisturbed"]]);
    expect(await peer.receive()).toStrictEqual([1, 1, 3, 1, "undisturbed"]);
  });

  it("serves its own principal only", async () => {
    const authenticate = ({ credentials }: { credentials: unknown }): unknown => credentials;
    await using place = await createPlace({ authenticate });
    const ann = { name: "Ann", roles: ["reader", { at: "home" }] };
    const [ticket] = await place.open(ann);
    const others = [{ name: "Bob" }, { ...ann, roles: ["reader"] }, { ...ann, more: 1 }, "Ann", undefined, ["Ann"]];
    for (const credentials of others) {
      expect((await place.resume(ticket, { credentials }))[0].resumed).toBe(false);
    }
    const same = { roles: ["reader", { at: "home" }], name: "Ann" };
    expect((await place.resume(ticket, { credentials: same }))[0].resumed).toBe(true);
  });

  it("does not make two principals one that only look alike as text", async () => {
    class User {
      readonly #name: unknown;
      constructor(name: unknown) {
        this.#name = name;
      }
      get name(): unknown {
        return this.#name;
      }
    }
    await using place = await createPlace({ authenticate: ({ credentials }) => new User(credentials) });
    const [ticket] = await place.open("Ann");
    expect((await place.resume(ticket, { credentials: "Bob" }))[0].resumed).toBe(false);
  });

  it("comes back although its principal cannot be written as text", async () => {
    const cycle: Record<string, unknown> = { number: 1n };
    cycle.self = cycle;
    await using place = await createPlace({ authenticate: () => ({ cycle }) });
    const [ticket] = await place.open();
    expect((await place.resume(ticket))[0].resumed).toBe(true);
  });
});

describe("the newest channel of a session", () => {
  it("wins over one that still works, which ends", async () => {
    await using place = await createPlace();
    const [ticket, older] = await place.open();
    const served = await endOf(place, ticket);
    const [welcome, newer] = await place.resume(ticket);
    expect(welcome.resumed).toBe(true);
    expect(await older.receive()).toBeUndefined();
    await newer.send([1, 0, 1, 1, "echo", ["newest"]]);
    expect(await newer.receive()).toStrictEqual([1, 1, 3, 1, "newest"]);
    expect([served.state.state, served.stats().resumes]).toStrictEqual(["open", 1]);
    expect(place.server.sessions.size).toBe(1);
  });

  it("gets again what was not acknowledged, and nothing runs twice", async () => {
    let runs = 0;
    const count = (): number => {
      runs += 1;
      return runs;
    };
    await using place = await createPlace({}, { count });
    const [ticket, older] = await place.open();
    await older.send([1, 0, 1, 1, "count", []]);
    expect(await older.receive()).toStrictEqual([1, 1, 3, 1, 1]);
    const [welcome, newer] = await place.resume(ticket);
    expect(welcome).toMatchObject({ resumed: true, received: 1 });
    expect(await newer.receive()).toStrictEqual([1, 1, 3, 1, 1]);
    await newer.send([1, 0, 1, 1, "count", []]);
    await newer.send([2, 1, 1, 2, "count", []]);
    expect(await newer.receive()).toStrictEqual([2, 2, 3, 2, 2]);
    expect(runs).toBe(2);
  });

  it("ends the session when it claims to have what was never sent", async () => {
    const errors: Error[] = [];
    await using place = await createPlace({ onError: (error) => void errors.push(error) });
    const [ticket] = await place.open();
    const served = await endOf(place, ticket);
    const [welcome, peer] = await place.resume(ticket, { received: 1_000_000 });
    expect(welcome.resumed).toBe(true);
    expect(await peer.goodbye()).toBe("MALFORMED");
    expect(await served.closed).toMatchObject({ code: "LOST" });
    expect(place.server.sessions.size).toBe(0);
    await until(() => errors.length > 0);
    expect(errors).toMatchObject([{ code: "MALFORMED" }]);
  });

  it("that never proves itself leaves the session as it is", async () => {
    await using place = await createPlace({ handshakeTimeoutMs: 50 });
    const [ticket, older] = await place.open();
    const silent = await RawPeer.connect(place.transport, "place");
    await silent.send([CONTROL, Control.HELLO, { ...HELLO, resume: { session: ticket.session, received: 0 } }]);
    await fieldsOf(silent);
    await silent.channel.closed;
    expect((await endOf(place, ticket)).state.state).toBe("open");
    await older.send([1, 0, 1, 1, "echo", ["as it was"]]);
    expect(await older.receive()).toStrictEqual([1, 1, 3, 1, "as it was"]);
  });

  it("that breaks in the middle of its handshake leaves the session parked, to come back to", async () => {
    await using place = await createPlace();
    const [ticket, older] = await place.open();
    await older.channel.close();
    const served = await endOf(place, ticket);
    await stateOf(served, "parked");
    const broken = await RawPeer.connect(place.transport, "place");
    await broken.send([CONTROL, Control.HELLO, { ...HELLO, resume: { session: ticket.session, received: 0 } }]);
    await broken.channel.close();
    expect((await place.resume(ticket))[0].resumed).toBe(true);
    await until(() => served.state.state === "open");
  });
});
