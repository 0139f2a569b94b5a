// Another process with the built packages, for tests that kill it or watch it end by itself.
import { connect, Signal, serve, set } from "@fourwire/proxy";
import { messagePortPair, pipePair } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";

const { role, address, desk: deskAddress, transport: name = "zmq", url } = JSON.parse(process.argv[2]);
const create = { memory, zmq, webSocket, pipe: pipePair, "message port": messagePortPair, redis: () => redis({ url }) };
const transport = create[name]();

class Served {
  changed = new Signal();
  value = 1;
  calls = 0;
  echo(value) {
    return value;
  }
  forever() {
    this.calls += 1;
    return new Promise(() => undefined);
  }
}

/** Serves until it is killed. */
async function runServer() {
  const server = await serve(new Served(), "tcp://127.0.0.1:0", { transport });
  process.send(server.address);
}

/** Listens to a signal until it is killed. */
async function runSlot() {
  const proxy = await connect(address, { transport });
  await proxy.changed.connect(() => undefined);
  await proxy.position.connect(() => undefined);
  process.send(address);
}

/** Does a little of everything, closes it, and is expected to end by itself. */
async function runAndClose() {
  const served = new Served();
  const server = await serve(served, undefined, { transport });
  const proxy = await connect(server.address, { transport });
  await proxy.changed.connect(() => undefined);
  served.changed.emit();
  await set(proxy, "value", 2);
  const pending = proxy.forever().catch(() => undefined);
  await proxy.echo(await proxy.value);
  await proxy[Symbol.asyncDispose]();
  await server.close();
  await pending;
  process.send("closed");
  // The pipe to the parent would keep this process alive.
  process.disconnect();
}

/** Hands an owner's table over to a third end, and stays until it is killed. */
async function runHolder() {
  const owner = await connect(address, { transport });
  const desk = await connect(deskAddress, { transport });
  await desk.put(await owner.table());
  process.send("handed over");
}

class Desk {
  given = [];
  async put(table) {
    this.given.push(table);
    return await table.add(1);
  }
}

/** Keeps what it is given, and uses it, until it is killed. */
async function runDesk() {
  const scheme = name === "webSocket" ? "ws" : "tcp";
  const server = await serve(new Desk(), `${scheme}://127.0.0.1:0`, { transport });
  process.send(server.address);
}

await { holder: runHolder, desk: runDesk, server: runServer, slot: runSlot, "run and close": runAndClose }[role]();
