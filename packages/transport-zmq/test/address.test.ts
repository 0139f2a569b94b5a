import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { read, receive, text } from "@fourwire/transport/conformance";
import { zmq } from "@fourwire/transport-zmq";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startPeer } from "./peer.ts";

let transport = zmq();
let folder = "";

beforeEach(async () => {
  transport = zmq();
  folder = await mkdtemp(join(tmpdir(), "fourwire-test-"));
});

afterEach(async () => {
  await transport.close();
  await rm(folder, { recursive: true });
});

it.each(["tcp://127.0.0.1:0", "tcp://127.0.0.1:*", "tcp://localhost:0", undefined])(
  "binds a free port for %s",
  async (address) => {
    const listener = await transport.listen(address);
    expect(listener.address).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
  },
);

it("binds every interface only when told so", async () => {
  const listener = await transport.listen("tcp://*:0");
  expect(listener.address).toMatch(/^tcp:\/\/0\.0\.0\.0:[1-9]\d*$/);
});

it("connects by host name", async () => {
  const { address } = await transport.listen("tcp://127.0.0.1:0");
  await transport.connect(address.replace("127.0.0.1", "localhost"));
});

it.each([
  "",
  "nonsense",
  "udp://127.0.0.1:1",
  "tcp://127.0.0.1",
  "tcp://127.0.0.1:65536",
  "tcp://127.0.0.1:-1",
  "tcp://:1",
  "tcp://[127.0.0.1]:1",
  "tcp://two words:1",
  "ipc://",
  `ipc:///tmp/${"x".repeat(200)}`,
  "inproc://",
])("calls %j invalid, by name", async (address) => {
  const failure = { code: "ADDRESS_INVALID", message: expect.stringContaining(`"${address}"`) };
  await expect(transport.listen(address)).rejects.toMatchObject(failure);
  await expect(transport.connect(address)).rejects.toMatchObject(failure);
});

it.each(["tcp://127.0.0.1:0", "tcp://127.0.0.1:*", "tcp://*:5555", "ipc://*", "inproc://*"])(
  "does not connect to %s, which names no place",
  async (address) => {
    await expect(transport.connect(address)).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
  },
);

it("calls an address of another machine invalid to listen at", async () => {
  await expect(transport.listen("tcp://192.0.2.1:0")).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
});

it("puts a generated ipc path into a directory of this user alone, and removes both", async () => {
  const listener = await transport.listen("ipc://*");
  const path = listener.address.slice("ipc://".length);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  await listener.close();
  await expect(stat(dirname(path))).rejects.toMatchObject({ code: "ENOENT" });
});

it("leaves a socket to the process that listens there", async () => {
  const address = `ipc://${folder}/socket`;
  const peer = await startPeer({ listen: address });
  await expect(transport.listen(address)).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
  const channel = await transport.connect(address);
  await channel.send(text("still there"));
  expect(read(await receive(channel))).toBe("still there");
  await peer.kill();
});

it("takes over the socket file of a process that died", async () => {
  const address = `ipc://${folder}/socket`;
  const peer = await startPeer({ listen: address });
  await peer.kill();
  expect((await stat(`${folder}/socket`)).isSocket()).toBe(true);
  await transport.listen(address);
  await transport.connect(address);
});

it("lets one of two listeners have an ipc path that both want at once", async () => {
  const address = `ipc://${folder}/socket`;
  const results = await Promise.allSettled([transport.listen(address), zmq().listen(address)]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  for (const result of results) if (result.status === "fulfilled") await result.value.close();
});

it("never deletes a file that is no socket", async () => {
  const path = join(folder, "precious");
  await writeFile(path, "data");
  await expect(transport.listen(`ipc://${path}`)).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
  expect(await readFile(path, "utf8")).toBe("data");
});

it("frees an inproc name for the whole process", async () => {
  for (let round = 0; round < 20; round += 1) {
    await using other = zmq();
    const listener = await other.listen("inproc://again");
    await other.connect(listener.address);
  }
});

it("listens again at once where channels of a closed listener go on", async () => {
  const first = await transport.listen();
  const channel = await transport.connect(first.address);
  await first.close();
  await expect(transport.connect(first.address)).rejects.toMatchObject({ code: "REFUSED" });
  const second = await transport.listen(first.address);
  expect(second.address).toBe(first.address);
  await transport.connect(second.address);
  await channel.close();
});
