/**
 * A script of the page that follows a shared state.
 *
 * @module
 */

import { connectState, type State, where } from "@fourwire/state";
import { webSocket } from "@fourwire/transport-ws";

/** What the page and Node share. */
export interface Shared {
  count: number;
  robot: { name: string; angle: number };
}

/** What the page sees without waiting, and what its listeners were told. */
export interface Seen {
  readonly view: unknown;
  readonly revision: number;
  readonly isFrozen: boolean;
  /** Whether the robot is still the object that it was at the last look. */
  readonly isSameRobot: boolean;
  readonly counts: readonly (readonly [count: number, previous: number])[];
  readonly quarters: readonly number[];
}

/** What the tests call in the page. */
export interface StatePage {
  /** Connects, follows and subscribes. */
  follow(address: string): Promise<void>;
  /** Looks at the replica, in one turn. */
  look(): Seen;
  turn(angle: number): Promise<number>;
  /** Resolves when the robot is at an angle. */
  untilTurned(angle: number): Promise<number>;
  caughtUp(revision: number): Promise<void>;
  verify(): Promise<boolean>;
  /** Stops listening to the count. */
  stop(): void;
  close(): Promise<void>;
}

const counts: [number, number][] = [];
const quarters: number[] = [];
let held: State<Shared> | undefined;
let robot: unknown;
let stop = (): void => undefined;

function state(): State<Shared> {
  if (!held) throw new Error("No state is followed");
  return held;
}

const statePage: StatePage = {
  async follow(address) {
    held = await connectState<Shared>(address, {
      transport: webSocket(),
      reconnect: { windowMs: 30_000, minDelayMs: 10, maxDelayMs: 100 },
    });
    await held.follow();
    stop = held.subscribe(
      (values) => values.count,
      (count, previous) => counts.push([count, previous]),
      { immediate: true },
    );
    held.subscribe(
      (values) => values.robot.angle,
      (angle) => quarters.push(angle),
      { equals: (angle, previous) => Math.floor(angle / 90) === Math.floor(previous / 90) },
    );
  },
  look() {
    const { view, viewRevision: revision } = state();
    const isSameRobot = view.robot === robot;
    robot = view.robot;
    return { view, revision, isFrozen: Object.isFrozen(view), isSameRobot, counts, quarters };
  },
  turn: (angle) => state().txn().set(["robot", "angle"], angle).commit(),
  untilTurned: (angle) => state().at("robot", "angle").until(where("robot", "angle").equals(angle)),
  caughtUp: (revision) => state().caughtUp(revision),
  verify: () => state().verify(),
  stop: () => stop(),
  close: async () => await held?.close(),
};

Object.assign(globalThis, { statePage });
