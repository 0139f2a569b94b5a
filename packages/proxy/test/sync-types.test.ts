import * as sync from "@fourwire/proxy/sync";
import { describe, expect, expectTypeOf, it } from "vitest";
import { Signal } from "../src/index.ts";
import { at, type ConnectSyncOptions, connectSync, type RemoteSync, type RemoteSyncSignal } from "../src/sync/index.ts";

class Arm {
  readonly joints: { angle: number }[] = [];
  length = 1;
  bend(by: number): number {
    return by;
  }
}

class Machine {
  readonly arm = new Arm();
  readonly moved = new Signal<[distance: number, unit: string]>();
  readonly table = new Map<string, Date>();
  names: string[] = [];
  label: string | null = null;
  spare: Arm | undefined;
  _internal = 1;
  #speed = 1;
  get speed(): number {
    return this.#speed;
  }
  set speed(value: number) {
    this.#speed = value;
  }
  get calls(): number {
    return 1;
  }
  move(distance: number, unit = "m"): string {
    return `${distance} ${unit}`;
  }
  async think(question: string): Promise<{ answer: number }> {
    return { answer: question.length };
  }
  watch(watcher: (distance: number) => void): () => Promise<boolean> {
    return async () => watcher.length > 0;
  }
  async *track(): AsyncGenerator<number> {
    yield 1;
  }
  _hidden(): void {}
}

/** Never runs: the compiler is what these functions are for. */
function typed(_body: (machine: RemoteSync<Machine>) => unknown): void {}

it("exports these names and no others", () => {
  expect(Object.keys(sync).sort()).toEqual(["at", "connectSync"]);
});

describe("the type of a remote object that is used synchronously", () => {
  it("makes methods return what they return, or what their promises resolve with", () => {
    expectTypeOf<RemoteSync<Machine>["move"]>().toEqualTypeOf<(distance: number, unit?: string) => string>();
    expectTypeOf<RemoteSync<Machine>["think"]>().toEqualTypeOf<(question: string) => { answer: number }>();
    expectTypeOf<RemoteSync<Arm>["bend"]>().toEqualTypeOf<(by: number) => number>();
    typed((machine) => {
      const stop = machine.watch((distance) => distance.toFixed());
      expectTypeOf(stop()).toEqualTypeOf<boolean>();
      expectTypeOf(stop).toExtend<Disposable>();
      expectTypeOf(machine.track()).toEqualTypeOf<AsyncIterableIterator<number, undefined>>();
      // @ts-expect-error A method takes what it takes.
      machine.move("far");
    });
  });

  it("makes properties plain values, written where the object's are", () => {
    typed((machine) => {
      expectTypeOf(machine.speed).toEqualTypeOf<number>();
      expectTypeOf(machine.label).toEqualTypeOf<string | null>();
      expectTypeOf(machine.names).toEqualTypeOf<string[]>();
      expectTypeOf(machine.table.get("a")).toEqualTypeOf<Date | undefined>();
      machine.speed = 2;
      machine.label = "new";
      machine.names = ["a"];
      // @ts-expect-error The speed is a number.
      machine.speed = "fast";
      // @ts-expect-error It has no setter.
      machine.calls = 2;
      // @ts-expect-error It is readonly there.
      machine.table = new Map();
    });
  });

  it("makes objects with methods proxies of the same kind", () => {
    typed((machine) => {
      expectTypeOf(machine.arm).toEqualTypeOf<RemoteSync<Arm> & Disposable>();
      expectTypeOf(machine.arm.bend(1)).toEqualTypeOf<number>();
      expectTypeOf(machine.spare?.length).toEqualTypeOf<number | undefined>();
      machine.arm.length = 3;
    });
  });

  it("makes signals connect slots, and nothing else", () => {
    expectTypeOf<RemoteSync<Machine>["moved"]>().toEqualTypeOf<RemoteSyncSignal<[distance: number, unit: string]>>();
    typed((machine) => {
      const connection = machine.moved.connect((distance, unit) => {
        expectTypeOf(distance).toEqualTypeOf<number>();
        expectTypeOf(unit).toEqualTypeOf<string>();
      });
      expectTypeOf(connection).toEqualTypeOf<Disposable>();
      expectTypeOf(machine.moved.disconnect()).toEqualTypeOf<void>();
      // @ts-expect-error Emitting is the served object's to do.
      machine.moved.emit(1, "m");
    });
  });

  it("finds members that are worked on where they are", () => {
    typed((machine) => {
      expectTypeOf(at(machine, "table").get("a")).toEqualTypeOf<Date | undefined>();
      expectTypeOf(at(machine, "names").push("a")).toEqualTypeOf<number>();
      at(at(machine, "arm"), "length");
      // @ts-expect-error There is no such member.
      at(machine, "nothing");
    });
  });

  it("lacks what nobody reaches, and needs no option", () => {
    typed((machine) => {
      // @ts-expect-error A leading underscore hides a field.
      machine._internal;
      // @ts-expect-error A leading underscore hides a method.
      machine._hidden;
      // @ts-expect-error A proxy is no promise.
      machine.then;
      // @ts-expect-error There is no such member.
      machine.nothing;
    });
    expectTypeOf(connectSync<Machine>).parameters.toEqualTypeOf<
      [address: string, options?: ConnectSyncOptions | undefined]
    >();
    expectTypeOf(connectSync<Machine>).returns.toEqualTypeOf<RemoteSync<Machine> & Disposable>();
  });
});
