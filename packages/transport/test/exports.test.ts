import * as main from "@fourwire/transport";
import * as conformance from "@fourwire/transport/conformance";
import * as memoryDriver from "@fourwire/transport/memory";
import * as messagePortDriver from "@fourwire/transport/message-port";
import * as pipeDriver from "@fourwire/transport/pipe";
import { expect, it } from "vitest";

it("exports these names and no others", () => {
  expect(Object.keys(main).sort()).toEqual([
    "DEFAULT_MAX_INBOX_BYTES",
    "EventBuffer",
    "GivenFrame",
    "Inbox",
    "MAX_FRAMES",
    "MemoryLogs",
    "MemoryQueues",
    "SharedFrame",
    "SignalWatch",
    "TransportError",
    "checkAppendOptions",
    "checkFrames",
    "checkLimit",
    "checkLogName",
    "checkLogStart",
    "checkMs",
    "checkPattern",
    "checkPutOptions",
    "checkTakeOptions",
    "checkTopic",
    "compilePattern",
    "copyFrames",
    "createChannel",
    "createListener",
    "deadLettersOf",
    "hasWildcard",
    "joinFrames",
    "matchesTopic",
    "readInTurn",
    "sizeOfFrames",
    "splitFrames",
    "weighFrames",
  ]);
});

it("exports each driver by its bare noun", () => {
  expect(Object.keys(memoryDriver)).toEqual(["memory"]);
  expect(Object.keys(pipeDriver).sort()).toEqual(["pipe", "preparePipe"]);
  expect(Object.keys(messagePortDriver)).toEqual(["messagePort"]);
});

it("exports the conformance kit", () => {
  expect(Object.keys(conformance).sort()).toEqual([
    "DEFAULT_DEADLINE_MS",
    "accept",
    "bothEnds",
    "conform",
    "join",
    "listen",
    "meet",
    "messagePortPair",
    "pipePair",
    "read",
    "receive",
    "rejectsBecause",
    "rejectsWith",
    "renderContract",
    "renderReport",
    "runCheck",
    "text",
    "transportContract",
    "writeReport",
  ]);
});
