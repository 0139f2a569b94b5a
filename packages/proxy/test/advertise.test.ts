import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { addressToConnect } from "../src/advertise.ts";
import { connect, serve } from "../src/index.ts";
import { Robot } from "./robot.ts";

describe("the address to hand to connect", () => {
  it.each([
    ["tcp://127.0.0.1:8000", undefined, "tcp://127.0.0.1:8000"],
    ["tcp://0.0.0.0:8000", undefined, "tcp://127.0.0.1:8000"],
    ["tcp://*:8000", undefined, "tcp://127.0.0.1:8000"],
    ["tcp://[::]:8000", undefined, "tcp://[::1]:8000"],
    ["ws://0.0.0.0:8000/live", undefined, "ws://127.0.0.1:8000/live"],
    ["ipc:///run/robot", undefined, "ipc:///run/robot"],
    ["robot", undefined, "robot"],
    ["tcp://0.0.0.0:8000", "tcp://lab.example:9000", "tcp://lab.example:9000"],
    ["tcp://0.0.0.0:8000", "tcp://lab.example:0", "tcp://lab.example:8000"],
    ["ws://0.0.0.0:8000", "wss://lab.example/live", "wss://lab.example/live"],
    ["tcp://0.0.0.0:8000", "tcp://[fe80::1]:*", "tcp://[fe80::1]:8000"],
  ])("of %s, advertised as %s, is %s", (bound, advertise, address) => {
    expect(addressToConnect(bound, advertise)).toBe(address);
  });

  it.each(["tcp://*:0", "tcp://0.0.0.0:8000", "tcp://[::]:1", ""])("is not %j", async (advertise) => {
    await using transport = memory();
    await expect(serve(new Robot(), undefined, { transport, advertise })).rejects.toThrow("nothing to connect to");
  });
});

it("connects to a server that listens at every interface", async () => {
  await using transport = zmq();
  await using server = await serve(new Robot(), "tcp://*:0", { transport });
  expect(server.boundAddress).toMatch(/^tcp:\/\/0\.0\.0\.0:\d+$/);
  expect(server.address).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
  await using proxy = await connect<Robot>(server.address, { transport });
  expect(await proxy.add(1, 2)).toBe(3);
});

it("connects by the name that is advertised, which the server never hears of otherwise", async () => {
  await using transport = zmq();
  await using server = await serve(new Robot(), "tcp://127.0.0.1:0", { transport, advertise: "tcp://localhost:0" });
  expect(server.address).toBe(server.boundAddress.replace("127.0.0.1", "localhost"));
  await using proxy = await connect<Robot>(server.address, { transport });
  expect(await proxy.add(1, 2)).toBe(3);
});
