/**
 * A robot whose parts are reached through results.
 *
 * @module
 */

import { Signal } from "../src/index.ts";
import { turns } from "./fixture.ts";

export class Joint {
  readonly turned = new Signal<[angle: number]>();
  #angle: number;

  constructor(angle: number) {
    this.#angle = angle;
  }

  get angle(): number {
    return this.#angle;
  }

  set angle(angle: number) {
    this.#angle = angle;
  }

  turn(by: number): number {
    this.#angle += by;
    this.turned.emit(this.#angle);
    return this.#angle;
  }

  /** A joint further along. */
  next(): Joint {
    return new Joint(this.#angle + 1);
  }
}

export class Arm {
  readonly parts = [{ name: "motor" }, { name: "hand" }];
  readonly #joints = [new Joint(0), new Joint(10), new Joint(20)];

  joint(number: number): Joint {
    const joint = this.#joints[number];
    if (!joint) throw new RangeError(`there is no joint ${number}`);
    return joint;
  }

  info(): { name: string; tool: { name: string }; first: Joint; _secret: string } {
    return { name: "left", tool: { name: "gripper" }, first: this.joint(0), _secret: "hidden" };
  }

  list(): { name: string }[] {
    return this.parts;
  }
}

export class Robot {
  called = 0;
  readonly #arm = new Arm();
  readonly log: string[] = [];

  arm(): Arm {
    this.called += 1;
    return this.#arm;
  }

  async lateArm(): Promise<Arm> {
    await turns(1);
    return this.#arm;
  }

  async brokenArm(): Promise<Arm> {
    await turns(1);
    throw new RangeError("the arm is broken");
  }

  noArm(): Arm {
    throw new RangeError("it has no arm");
  }

  endless(signal: AbortSignal): Promise<Arm> {
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }

  angle(): number {
    return 7;
  }

  note(text: string): void {
    this.log.push(text);
  }
}
