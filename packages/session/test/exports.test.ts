import { expect, it } from "vitest";
import * as session from "../src/index.ts";

it("exports these names, and changes them only on purpose", () => {
  expect(Object.keys(session).sort()).toStrictEqual([
    "DEFAULT_CALL_TIMEOUT_MS",
    "DEFAULT_HEARTBEAT",
    "DEFAULT_LIMITS",
    "DEFAULT_PARKING",
    "DEFAULT_RECONNECT",
    "FRAME_BYTES",
    "OutgoingCall",
    "PromisedCall",
    "RemoteError",
    "SessionError",
    "callContext",
    "completeLimits",
    "createRequester",
    "createValueCodec",
    "isLoopback",
    "openSession",
    "pause",
    "runInContext",
    "serveRequests",
    "serveSessions",
    "toError",
    "transfer",
  ]);
});
