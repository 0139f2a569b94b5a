import { describe, expect, it } from "vitest";
import { callContext, createRequester, openSession, serveRequests } from "../src/index.ts";
import { failure, until } from "./fixture.ts";
import { transports } from "./transports.ts";

describe.each(transports)("requests over $name", ({ create }) => {
  it("are answered, one server to many requesters", async () => {
    await using transport = create();
    await using server = await serveRequests(transport, undefined, (request) => ({ request }));
    await using first = await createRequester(transport, server.address);
    await using second = await createRequester(transport, server.address);
    expect(await Promise.all([first.request(1), second.request("two"), first.request([3])])).toStrictEqual([
      { request: 1 },
      { request: "two" },
      { request: [3] },
    ]);
  });

  it("reject with what the handler throws, and the server goes on", async () => {
    await using transport = create();
    await using server = await serveRequests(transport, undefined, async (request) => {
      if (request === "bad") throw new RangeError("not that");
      return request;
    });
    await using requester = await createRequester(transport, server.address);
    expect(await failure(requester.request("bad"))).toBeInstanceOf(RangeError);
    expect(await requester.request("good")).toBe("good");
  });

  it("tell the handler who asks, and take a timeout, a signal and metadata", async () => {
    await using transport = create();
    await using server = await serveRequests(transport, undefined, () => {
      const { peer, metadata, timeoutMs } = callContext();
      return [peer.sessionId, metadata, timeoutMs];
    });
    await using requester = await createRequester(transport, server.address);
    expect(await requester.request(undefined, { metadata: { a: "b" }, timeoutMs: 900 })).toStrictEqual([
      requester.session.peer.sessionId,
      { a: "b" },
      900,
    ]);
    expect(await failure(requester.request(1, { signal: AbortSignal.abort(new Error("no")) }))).toMatchObject({
      message: "no",
    });
  });

  it("end when either end closes", async () => {
    await using transport = create();
    const server = await serveRequests(transport, undefined, (request) => request);
    const requester = await createRequester(transport, server.address);
    await server.close();
    expect(await requester.session.closed).toMatchObject({ code: "CLOSED" });
    expect(await failure(requester.request(1))).toMatchObject({ code: "CLOSED", outcome: "notSent" });
    await requester.close();
    expect(await failure(createRequester(transport, server.address))).toMatchObject({ code: "REFUSED" });
  });
});

describe("a server of requests", () => {
  it("answers requests and nothing else, and takes notifications as requests without an answer", async () => {
    const received: unknown[] = [];
    const [memoryCase] = transports;
    if (!memoryCase) throw new Error("There is no transport");
    await using transport = memoryCase.create();
    await using server = await serveRequests(transport, undefined, (request) => received.push(request));
    await using session = await openSession(transport, server.address);
    expect(await failure(session.call("other", [1]))).toMatchObject({ code: "NOT_FOUND" });
    session.notify("", ["told"]);
    await until(() => received.length > 0);
    expect(received).toStrictEqual(["told"]);
  });
});
