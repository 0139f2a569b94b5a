import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { expect, it } from "vitest";
import { openSession, serveSessions } from "../src/index.ts";
import { until } from "./fixture.ts";

it("comes back to the listener that knows the session, although others listen at the address", async () => {
  await using server = testServer();
  const transports = Array.from({ length: 4 }, () => redis({ url: server.url }));
  const servers = await Promise.all(
    transports.map((transport, index) =>
      serveSessions(transport, "calculator", () => ({ call: () => index, notify: () => undefined })),
    ),
  );
  await using client = redis({ url: server.url });
  const session = await openSession(client, "calculator");
  const home = await session.call("who", []);
  for (let round = 1; round <= 3; round += 1) {
    await server.stop();
    server.start();
    await until(() => session.stats().resumes === round);
    expect(await session.call("who", [])).toBe(home);
  }
  expect(session.stats().resets).toBe(0);
  await session.close();
  await Promise.all(servers.map((each) => each.close()));
  await Promise.all(transports.map((transport) => transport.close()));
});
