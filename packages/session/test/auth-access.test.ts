import { memory } from "@fourwire/transport/memory";
import { describe, expect, it, vi } from "vitest";
import { type AuthorizeRequest, callContext, openSession, serveSessions } from "../src/index.ts";
import { converse, failure, handlerOf, until } from "./fixture.ts";
import { converseOver, links, QUICK, stateOf } from "./resume-links.ts";
import { transports } from "./transports.ts";

describe.each(transports)("authenticate over $name", ({ create }) => {
  it("judges the credentials at the address, and its principal is known while a call is served", async () => {
    const authenticate = vi.fn(async ({ credentials }: { credentials: unknown }) => ({ user: credentials }));
    const asked: unknown[] = [];
    const authorize = (request: AuthorizeRequest): boolean => asked.push(request) > 0;
    const functions = { whoAmI: () => callContext().peer.principal };
    const serve = { authenticate, authorize };
    await using conversation = await converse({ transport: create(), functions, serve, open: { credentials: "Ann" } });
    expect(await conversation.client.call("whoAmI", [])).toStrictEqual({ user: "Ann" });
    expect(authenticate.mock.calls).toStrictEqual([[{ credentials: "Ann", address: conversation.server.address }]]);
    expect(conversation.served.peer.principal).toStrictEqual({ user: "Ann" });
    expect(conversation.client.peer.principal).toBeUndefined();
    expect(asked).toStrictEqual([{ principal: { user: "Ann" }, action: "call", subject: "whoAmI" }]);
  });

  it("turns a client away with UNAUTHORIZED when it throws or rejects, and tells the server alone why", async () => {
    await using transport = create();
    const errors: Error[] = [];
    const createHandler = vi.fn(() => handlerOf({}));
    await using server = await serveSessions(transport, undefined, createHandler, {
      onError: (error) => void errors.push(error),
      authenticate({ credentials }) {
        if (credentials === undefined) throw new Error("the secret list has no nobody");
        return Promise.reject(new Error(`the secret list has no ${String(credentials)}`));
      },
    });
    for (const credentials of [undefined, "Bob"]) {
      const error = await failure(openSession(transport, server.address, { credentials }));
      expect(error).toMatchObject({ name: "SessionError", code: "UNAUTHORIZED" });
      expect(`${error.message} ${String(error.cause)}`).not.toMatch(/secret list/);
    }
    await until(() => errors.length === 2);
    expect(errors.map(({ cause }) => String(cause))).toStrictEqual([
      "Error: the secret list has no nobody",
      "Error: the secret list has no Bob",
    ]);
    expect(createHandler).not.toHaveBeenCalled();
  });
});

describe.each(links)("a client that comes back over $name", (kind) => {
  it("is authenticated again, and ends with UNAUTHORIZED when it is accepted no more", async () => {
    const accepted = new Set<unknown>(["a token"]);
    const authenticate = ({ credentials }: { credentials: unknown }): unknown => {
      if (!accepted.has(credentials)) throw new Error("expired");
      return credentials;
    };
    const open = { credentials: "a token", reconnect: QUICK };
    await using conversation = await converseOver(kind, { serve: { authenticate }, open });
    const { client, link } = conversation;
    link.cut();
    await stateOf(client, "parked");
    await stateOf(client, "open");
    expect(client.stats()).toMatchObject({ resumes: 1, resets: 0 });
    accepted.clear();
    const pending = failure(client.call("never", []));
    await client.call("echo", []);
    link.cut();
    expect(await client.closed).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await pending).toMatchObject({ code: "UNAUTHORIZED", outcome: "unknown" });
  });
});

describe("authorize", () => {
  const verdicts = [
    { how: "false", authorize: () => false },
    { how: "a promise of false", authorize: () => Promise.resolve(false) },
  ];

  it.each(verdicts)(
    "denies with $how: the caller gets UNAUTHORIZED with the action and the subject",
    async ({ authorize }) => {
      const echo = vi.fn();
      await using conversation = await converse({ functions: { echo }, serve: { authorize } });
      const error = await failure(conversation.client.call("echo", ["argument"]));
      expect(error).toMatchObject({ code: "UNAUTHORIZED" });
      expect(error.message).toMatch(/call "echo"/);
      expect(echo).not.toHaveBeenCalled();
    },
  );

  it.each(verdicts)("denies a notification with $how: the server's onError hears of it", async ({ authorize }) => {
    const echo = vi.fn();
    const errors: Error[] = [];
    const serve = { authorize, onError: (error: Error) => void errors.push(error) };
    await using conversation = await converse({ functions: { echo }, serve });
    conversation.client.notify("echo", ["argument"]);
    await until(() => errors.length === 1);
    expect(errors[0]).toMatchObject({ code: "UNAUTHORIZED", message: expect.stringMatching(/notify "echo"/) });
    expect(echo).not.toHaveBeenCalled();
  });

  it("lets through what it allows, at once or later", async () => {
    const authorize = ({ subject }: AuthorizeRequest): boolean | Promise<boolean> =>
      subject === "now" || Promise.resolve(subject === "later");
    const functions = { now: () => "at once", later: () => callContext().peer.address, never: () => "never" };
    await using conversation = await converse({ functions, serve: { authorize } });
    const { client, server } = conversation;
    expect(await client.call("now", [])).toBe("at once");
    expect(await client.call("later", [])).toBe(server.address);
    expect(await failure(client.call("never", []))).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("denies when it throws, and when it answers with something else than a boolean", async () => {
    const echo = vi.fn();
    const answers: (() => never)[] = [
      () => {
        throw new RangeError("cannot say");
      },
      () => undefined as never,
      () => "yes" as never,
      () => Promise.reject(new RangeError("cannot say")) as never,
    ];
    for (const authorize of answers) {
      await using conversation = await converse({ functions: { echo }, serve: { authorize } });
      expect(await failure(conversation.client.call("echo", []))).toBeInstanceOf(Error);
    }
    expect(echo).not.toHaveBeenCalled();
  });

  it("is asked in the words of the handler's describe", async () => {
    const asked: AuthorizeRequest[] = [];
    const transport = memory();
    const handler = {
      ...handlerOf({ echo: (value: unknown) => value }),
      describe: (target: unknown, kind: string) => ({ action: `${kind}ed`, subject: `the ${String(target)}` }),
    };
    await using server = await serveSessions(transport, undefined, () => handler, {
      authorize: (request) => asked.push(request) > 0,
    });
    await using client = await openSession(transport, server.address);
    await client.call("echo", []);
    expect(asked).toStrictEqual([{ principal: undefined, action: "called", subject: "the echo" }]);
  });
});

describe.each(links)("the lines of a logger over $name", (kind) => {
  it("tell what became of each session, and hold no arguments, results, keys or credentials", async () => {
    const secrets = {
      key: "key-1f2e3d4c5b6a7980",
      credentials: "token-77aa",
      argument: "argument-88bb",
      metadata: "meta-99cc",
    };
    const lines: [level: string, fields: object, message: string][] = [];
    const log = (level: string) => (fields: object, message: string) => void lines.push([level, fields, message]);
    const logger = { debug: log("debug"), info: log("info"), warn: log("warn") };
    const fail = (value: string): never => {
      throw new Error(`failed with ${value}`);
    };
    const shared = { key: secrets.key, logger };
    const serve = { ...shared, authenticate: ({ credentials }: { credentials: unknown }) => credentials };
    const open = { ...shared, credentials: secrets.credentials, reconnect: QUICK };
    await using conversation = await converseOver(kind, { functions: { fail }, serve, open });
    const { client, server, served, link, transport } = conversation;
    const metadata = { trace: secrets.metadata };
    await client.call("echo", [secrets.argument], { metadata });
    await failure(client.call("fail", [secrets.argument]));
    await failure(client.call("echo", [secrets.argument, Symbol("no")]));
    client.notify("fail", [secrets.argument]);
    link.cut();
    await Promise.all([stateOf(client, "parked"), stateOf(served, "parked")]);
    await Promise.all([stateOf(client, "open"), stateOf(served, "open")]);
    const wrong = { ...open, key: `${secrets.key}!` };
    await failure(openSession(transport, link.address, wrong));
    await client.close();
    await server.close();
    const text = JSON.stringify(lines);
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    const messages = lines.map(([, , message]) => message).join("\n");
    for (const word of ["parked", "open", "closed"]) expect(messages).toContain(`Session ${word}`);
    const fields = new Set(lines.flatMap(([, given]) => Object.keys(given)));
    for (const field of fields) expect(["session", "address", "code"]).toContain(field);
    for (const [, given] of lines) expect(given).toMatchObject({ session: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });
});
