import { afterAll, beforeAll, expect, it } from "vitest";
import { connectSync } from "../src/sync/index.ts";
import { until } from "./fixture.ts";
import { type Robot, type SyncServer, startProcess } from "./sync-peer.ts";

let server: SyncServer;
beforeAll(async () => {
  server = await startProcess();
});
afterAll(() => server[Symbol.asyncDispose]());

it("runs slots when the event loop turns, in order, and not before", async () => {
  using robot = connectSync<Robot>(server.address);
  const heard: string[] = [];
  robot.moved.connect((metres) => heard.push(`a${metres}`));
  robot.moved.connect((metres) => heard.push(`b${metres}`));
  for (let metres = 1; metres <= 100; metres += 1) robot.move(metres);
  expect(heard).toStrictEqual([]);
  await until(() => heard.length === 200);
  expect(heard.slice(0, 4)).toStrictEqual(["a1", "b1", "a2", "b2"]);
  expect(heard.at(-1)).toBe("b100");
});

it("runs slots without any call of this thread", async () => {
  using robot = connectSync<Robot>(server.address);
  using other = connectSync<Robot>(server.address);
  const heard: number[] = [];
  robot.moved.connect((metres) => heard.push(metres));
  other.move(5);
  await until(() => heard.length === 1);
  expect(heard).toStrictEqual([5]);
});

it("disconnects a slot by what connect returned, by itself, and by its signal", async () => {
  using robot = connectSync<Robot>(server.address);
  const heard: string[] = [];
  const slots = ["a", "b", "c", "d"].map((name) => (metres: number) => void heard.push(`${name}${metres}`));
  const [a = () => {}, b = () => {}, c = () => {}, d = () => {}] = slots;
  const controller = new AbortController();
  const connection = robot.moved.connect(a);
  robot.moved.connect(b);
  robot.moved.connect(c, { signal: controller.signal });
  robot.moved.connect(d);
  robot.moved.connect(d);
  connection[Symbol.dispose]();
  robot.moved.disconnect(b);
  controller.abort();
  robot.move(1);
  await until(() => heard.length > 0);
  expect(heard).toStrictEqual(["d1"]);
  expect(robot.slots).toBe(1);
  robot.moved.disconnect();
  connection[Symbol.dispose]();
  expect(robot.slots).toBe(0);
  robot.move(2);
});

it("hands what a slot throws to onError, and goes on with the next slot", async () => {
  const errors: unknown[] = [];
  using robot = connectSync<Robot>(server.address, { onError: (error) => errors.push(error) });
  let heard = 0;
  robot.moved.connect(() => {
    throw new Error("a bad slot");
  });
  robot.moved.connect(() => {
    heard += 1;
  });
  robot.move(1);
  await until(() => heard === 1);
  expect(errors).toStrictEqual([new Error("a bad slot")]);
});

it("lets a slot use the object that it hears of", async () => {
  using robot = connectSync<Robot>(server.address);
  const sums: number[] = [];
  robot.moved.connect((metres) => sums.push(robot.add(metres, robot.age)));
  robot.move(2);
  await until(() => sums.length === 1);
  expect(sums).toStrictEqual([30]);
});

it("connects at signals of objects that came by reference", async () => {
  using robot = connectSync<Robot>(server.address);
  const { spare } = robot;
  const heard: number[] = [];
  spare.moved.connect((metres) => heard.push(metres));
  robot.move(1);
  spare.move(2);
  await until(() => heard.length > 0);
  expect(heard).toStrictEqual([2]);
});

it("connects at a signal that an accessor gives", async () => {
  using robot = connectSync<Robot>(server.address);
  const heard: number[] = [];
  using _connection = robot.changed.connect((metres) => heard.push(metres));
  robot.move(3);
  await until(() => heard.length > 0);
  expect(heard).toStrictEqual([3]);
  expect(() => robot.spare.table.get("home") && Reflect.get(robot.echo(robot.spare) ?? {}, "connect")).toThrow(
    expect.objectContaining({ code: "NOT_FOUND" }),
  );
});

it("takes the slots of a connection that is closed", async () => {
  using robot = connectSync<Robot>(server.address);
  const other = connectSync<Robot>(server.address);
  other.moved.connect(() => undefined);
  expect(robot.slots).toBe(1);
  other[Symbol.dispose]();
  expect(robot.slots).toBe(0);
});
