import { spawnSync } from "node:child_process";
import { conform, text, transportContract } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { type TestServer, testServer } from "@fourwire/transport-redis/test-server";
import { Cluster, Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, queuesOf, until } from "./kit.ts";

const nodes: TestServer[] = [];
const ports: number[] = [];
let client: Cluster | undefined;
let fresh = 0;

beforeAll(async () => {
  for (let count = 0; count < 3; count += 1) {
    const [port, bus] = [await freePort(), await freePort()];
    ports.push(port);
    nodes.push(testServer({ args: ["--port", `${port}`, "--cluster-enabled", "yes", "--cluster-port", `${bus}`] }));
  }
  const members = ports.map((port) => `127.0.0.1:${port}`);
  const { status, stdout } = spawnSync("redis-cli", ["--cluster", "create", ...members, "--cluster-yes"], {
    encoding: "utf8",
  });
  expect(status, stdout).toBe(0);
  client = new Cluster(ports.map((port) => ({ host: "127.0.0.1", port })));
  client.on("error", () => undefined);
  // Every node has to know of all the others before a channel can go across.
  for (const { url } of nodes) {
    const node = new Redis(url);
    await until(async () => /cluster_state:ok.*cluster_known_nodes:3/s.test(await node.cluster("INFO")), 15_000);
    node.disconnect();
  }
}, 30_000);

afterAll(async () => {
  client?.disconnect();
  await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
});

function create() {
  if (!client) throw new Error("There is no Cluster");
  return redis({ client });
}

describe("redis in a Cluster", () => {
  conform(it, {
    name: "redis-cluster",
    create,
    address: () => {
      fresh += 1;
      return `meeting-place-${fresh}`;
    },
    // Death without a goodbye is seen in the same way as without a Cluster, where other processes die.
    checks: transportContract.filter(({ id }) => !id.startsWith("loss/")),
  });
});

it("keeps everything of one queue at one node, its dead letters included", async () => {
  await using transport = create();
  for (const name of ["jobs", "with {braces}", "}"]) {
    await queuesOf(transport).put(name, text("one"));
    await (await queuesOf(transport).take(name)).reject();
    await queuesOf(transport).put(name, text("two"));
    expect(await queuesOf(transport).size(name)).toMatchObject({ ready: 1, dead: 1 });
  }
});
