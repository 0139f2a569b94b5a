import { compile } from "@fourwire/test-kit";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  at,
  type Connection,
  type ConnectSlotOptions,
  type Remote,
  type RemoteResult,
  type RemoteSignal,
  type SettableName,
  Signal,
  set,
  type UseSetInstead,
  withOptions,
} from "../src/index.ts";

interface Joint {
  angle: number;
}

class Arm {
  readonly joints: Joint[] = [];
  length = 1;
  bend(by: number): number {
    return by;
  }
}

class Machine {
  readonly arm = new Arm();
  readonly moved = new Signal<[distance: number, unit: string]>();
  readonly table = new Map<string, Date>();
  readonly names: string[] = [];
  readonly limits: Record<string, number> = {};
  readonly born = new Date();
  readonly mode: "on" | "off" | undefined = "on";
  label: string | null = null;
  _internal = 1;
  #speed = 1;
  get speed(): number {
    return this.#speed;
  }
  set speed(value: number) {
    this.#speed = value;
  }
  move(distance: number, unit = "m"): string {
    return `${distance} ${unit}`;
  }
  async lend(): Promise<Arm> {
    return this.arm;
  }
  async think(question: string): Promise<{ answer: number }> {
    return { answer: question.length };
  }
  _hidden(): void {}
}

/** Never runs: the compiler is what these functions are for. */
function typed(_body: (proxy: Remote<Machine>) => unknown): void {}

describe("the type of a remote object", () => {
  it("makes methods return promises of what they return", () => {
    expectTypeOf<Remote<Machine>["move"]>().toEqualTypeOf<(distance: number, unit?: string) => Promise<string>>();
    expectTypeOf<Remote<Machine>["think"]>().toEqualTypeOf<(question: string) => Promise<{ answer: number }>>();
    expectTypeOf<Remote<Machine>["arm"]["bend"]>().toEqualTypeOf<(by: number) => Promise<number>>();
  });

  it("lets a call on a result be made without waiting for it", () => {
    typed(async (proxy) => {
      expectTypeOf(await proxy.lend().bend(1)).toEqualTypeOf<number>();
      expectTypeOf(await proxy.lend().length).toEqualTypeOf<number>();
      expectTypeOf(proxy.lend()).toExtend<RemoteResult<Arm>>();
      // @ts-expect-error a result has no members that the object to come does not have
      await proxy.lend().question;
      // @ts-expect-error a number has none
      await proxy.move(1).length;
    });
  });

  it("makes properties promises that do not start by themselves", () => {
    typed(async (proxy) => {
      expectTypeOf(await proxy.speed).toEqualTypeOf<number>();
      expectTypeOf(await proxy.label).toEqualTypeOf<string | null>();
      expectTypeOf(await proxy.mode).toEqualTypeOf<"on" | "off" | undefined>();
      expectTypeOf(await proxy.born).toEqualTypeOf<Date>();
      expectTypeOf(await proxy.arm.length).toEqualTypeOf<number>();
      expectTypeOf(await proxy.names).toEqualTypeOf<string[]>();
      expectTypeOf(await proxy.limits).toEqualTypeOf<Record<string, number>>();
      expectTypeOf(await proxy.arm.joints).toEqualTypeOf<Joint[]>();
      expectTypeOf(await proxy.arm.joints[0]?.angle).toEqualTypeOf<number | undefined>();
      expectTypeOf(await at(proxy.limits, "low")).toEqualTypeOf<number>();
      expectTypeOf(proxy.speed.then((speed) => speed.toFixed())).resolves.toEqualTypeOf<string>();
    });
    expectTypeOf<Remote<Machine>["speed"]>().toExtend<UseSetInstead<number>>();
  });

  it("has the members of collections", () => {
    typed(async (proxy) => {
      expectTypeOf(await proxy.table.get("a")).toEqualTypeOf<Date | undefined>();
      expectTypeOf(await proxy.table.has("a")).toEqualTypeOf<boolean>();
      expectTypeOf(await proxy.table.size).toEqualTypeOf<number>();
      expectTypeOf(await proxy.names.length).toEqualTypeOf<number>();
      expectTypeOf(await proxy.names.at(-1)).toEqualTypeOf<string | undefined>();
      // @ts-expect-error A key is a string.
      await proxy.table.get(1);
    });
  });

  it("makes signals connect slots, and nothing else", () => {
    expectTypeOf<Remote<Machine>["moved"]>().toEqualTypeOf<RemoteSignal<[distance: number, unit: string]>>();
    typed(async (proxy) => {
      const options: ConnectSlotOptions = { signal: AbortSignal.abort(), onLost: (count) => count.toFixed() };
      const connection = await proxy.moved.connect((distance, unit) => {
        expectTypeOf(distance).toEqualTypeOf<number>();
        expectTypeOf(unit).toEqualTypeOf<string>();
      }, options);
      expectTypeOf(connection).toEqualTypeOf<Connection>();
      await proxy.moved.connect(() => undefined);
      await proxy.moved.disconnect();
      // @ts-expect-error The first argument is a number.
      await proxy.moved.connect((distance: string) => distance);
      // @ts-expect-error Emitting is the served object's to do.
      proxy.moved.emit(1, "m");
      // @ts-expect-error A signal is no value.
      proxy.moved.then();
    });
  });

  it("lacks what nobody reaches", () => {
    typed((proxy) => {
      // @ts-expect-error A leading underscore hides a field.
      proxy._internal;
      // @ts-expect-error A leading underscore hides a method.
      proxy._hidden;
      // @ts-expect-error There is no such member.
      proxy.nothing;
      // @ts-expect-error A root is no promise.
      proxy.then;
      // @ts-expect-error A method takes what it takes.
      void proxy.move("far");
      // @ts-expect-error A method is no value.
      proxy.move.then;
    });
  });

  it("lets set have properties of their own types only", () => {
    expectTypeOf<SettableName<Machine>>().toEqualTypeOf<
      "arm" | "table" | "names" | "limits" | "born" | "mode" | "label" | "speed"
    >();
    typed(async (proxy) => {
      await set(proxy, "speed", 2);
      await set(proxy, "label", null);
      await set(proxy.arm, "length", 2);
      await set(proxy.limits, "high", 2);
      await set(proxy.arm.joints, 0, { angle: 1 });
      await set(withOptions(proxy, { timeoutMs: 5 }), "speed", 2);
      // @ts-expect-error The speed is a number.
      await set(proxy, "speed", "fast");
      // @ts-expect-error A method is not set.
      await set(proxy, "move", () => "");
      // @ts-expect-error A signal is not set.
      await set(proxy, "moved", new Signal());
      // @ts-expect-error There is no such property.
      await set(proxy, "nothing", 1);
      // @ts-expect-error It is hidden.
      await set(proxy, "_internal", 1);
    });
  });

  it("says in the compiler's message what to use instead of an assignment", { timeout: 60_000 }, async () => {
    const program = `
      import type { Remote } from "@fourwire/proxy";
      declare const proxy: Remote<{ factor: number; name: string }>;
      proxy.factor = 3;
      export {};
    `;
    await using compiled = await compile({ "assignment.ts": program });
    expect(compiled.complaints).toMatch(/^assignment\.ts\(4,\d+\): error TS\d+: .*UseSetInstead<number>/);
  });
});
