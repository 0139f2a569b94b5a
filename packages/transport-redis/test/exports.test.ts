import * as transportRedis from "@fourwire/transport-redis";
import * as testServer from "@fourwire/transport-redis/test-server";
import { expect, it } from "vitest";

it("exports the factory and, beside it, the servers for tests", () => {
  expect(Object.keys(transportRedis)).toEqual(["redis"]);
  expect(Object.keys(testServer)).toEqual(["testServer", "lazyTestServer"]);
});
