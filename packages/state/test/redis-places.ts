/**
 * A Redis in several processes, for tests: a Cluster, and a master with a replica that a Sentinel watches.
 *
 * @module
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestServer, testServer } from "@fourwire/transport-redis/test-server";
import { Cluster, Redis } from "ioredis";

/** A Cluster of three masters, and a client of it. */
export interface TestCluster extends AsyncDisposable {
  readonly client: Cluster;
}

/** A master and its replica, and where the Sentinel is that tells which is which. */
export interface WatchedRedis extends AsyncDisposable {
  readonly sentinel: { readonly host: string; readonly port: number };
  readonly master: TestServer;
}

const HOST = "127.0.0.1";

export async function startCluster(): Promise<TestCluster> {
  const nodes: TestServer[] = [];
  const ports: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    const [port, bus] = [await freePort(), await freePort()];
    ports.push(port);
    nodes.push(testServer({ args: ["--port", `${port}`, "--cluster-enabled", "yes", "--cluster-port", `${bus}`] }));
  }
  const members = ports.map((port) => `${HOST}:${port}`);
  const made = spawnSync("redis-cli", ["--cluster", "create", ...members, "--cluster-yes"], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stdout);
  for (const { url } of nodes) {
    await whenReady(url, async (node) => /cluster_state:ok.*cluster_known_nodes:3/s.test(await node.cluster("INFO")));
  }
  const client = new Cluster(ports.map((port) => ({ host: HOST, port })));
  client.on("error", () => undefined);
  return {
    client,
    async [Symbol.asyncDispose]() {
      client.disconnect();
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    },
  };
}

export async function startWatchedRedis(): Promise<WatchedRedis> {
  const [port, replicaPort, sentinelPort] = [await freePort(), await freePort(), await freePort()];
  const master = testServer({ args: ["--port", `${port}`, "--repl-diskless-sync-delay", "0"] });
  const replica = testServer({ args: ["--port", `${replicaPort}`, "--replicaof", HOST, `${port}`] });
  await whenReady(master.url, async (client) => /connected_slaves:1.*state=online/s.test(await client.info()));
  const folder = await mkdtemp(join(tmpdir(), "fourwire-sentinel-"));
  const file = join(folder, "sentinel.conf");
  const settings = [
    `bind ${HOST}`,
    `port ${sentinelPort}`,
    `dir ${folder}`,
    `sentinel monitor main ${HOST} ${port} 1`,
    "sentinel down-after-milliseconds main 300",
    "sentinel failover-timeout main 5000",
  ];
  await writeFile(file, `${settings.join("\n")}\n`);
  const sentinel: ChildProcess = spawn("redis-server", [file, "--sentinel"], { stdio: "ignore" });
  const sees = async (client: Redis): Promise<boolean> => String(await client.info()).includes("slaves=1");
  await whenReady({ host: HOST, port: sentinelPort }, sees);
  return {
    sentinel: { host: HOST, port: sentinelPort },
    master,
    async [Symbol.asyncDispose]() {
      const exited = once(sentinel, "exit");
      sentinel.kill("SIGKILL");
      await exited;
      await Promise.all([master[Symbol.asyncDispose](), replica[Symbol.asyncDispose]()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks a Redis until it is as wanted; the test's deadline bounds it. */
async function whenReady(
  place: string | { readonly host: string; readonly port: number },
  isSo: (client: Redis) => Promise<boolean>,
): Promise<void> {
  const options = { retryStrategy: () => 20, maxRetriesPerRequest: null };
  const client = typeof place === "string" ? new Redis(place, options) : new Redis({ ...place, ...options });
  client.on("error", () => undefined);
  while (!(await isSo(client))) await client.ping();
  client.disconnect();
}

/** Finds a port of 127.0.0.1 at which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A server of TCP has an address object");
  return address.port;
}
