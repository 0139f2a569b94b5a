/**
 * The robot of Pizco's getting-started page: it has a name and an age, moves,
 * thinks, and announces when its arm has moved.
 *
 * @module
 */

import { Signal } from "@fourwire/proxy";

/** What a robot that is told a wrong age throws. */
export class AgeError extends Error {
  override readonly name = "AgeError";
  declare readonly years: number;
}

/** A part of an arm. It stays where its robot is; others reach it there. */
export class Joint {
  #degrees = 0;

  get degrees(): number {
    return this.#degrees;
  }

  bend(degrees: number): number {
    this.#degrees += degrees;
    return this.#degrees;
  }
}

export class Arm {
  /** Emitted after the arm has moved. */
  readonly moved = new Signal<[height: number, previous: number]>();
  readonly #joints = [new Joint(), new Joint()];
  #height = 0;

  moveTo(height: number): void {
    const previous = this.#height;
    this.#height = height;
    this.moved.emit(height, previous);
  }

  joint(index: number): Joint {
    const joint = this.#joints[index];
    if (!joint) throw new RangeError(`There is no joint ${index}`);
    return joint;
  }
}

export class Robot {
  readonly name: string;
  readonly #arm = new Arm();
  readonly #givenUp: string[] = [];
  readonly #thinking = new Map<string, (answer: string) => void>();
  #age = 28;
  #position = 0;

  constructor(name: string) {
    this.name = name;
  }

  get age(): number {
    return this.#age;
  }

  set age(years: number) {
    if (!(years >= 0)) throw Object.assign(new AgeError(`A robot cannot be ${years} years old`), { years });
    this.#age = years;
  }

  get arm(): Arm {
    return this.#arm;
  }

  /** The questions whose askers stopped waiting. */
  get givenUp(): readonly string[] {
    return this.#givenUp;
  }

  move(metres: number): number {
    this.#position += metres;
    return this.#position;
  }

  /** Thinks until somebody has a hint, or until nobody waits any more. */
  async think(question: string, signal?: AbortSignal): Promise<string> {
    return await new Promise((resolve) => {
      this.#thinking.set(question, resolve);
      signal?.addEventListener("abort", () => {
        this.#thinking.delete(question);
        this.#givenUp.push(question);
      });
    });
  }

  hint(question: string, answer: string): void {
    this.#thinking.get(question)?.(answer);
    this.#thinking.delete(question);
  }

  /** Visits places, and asks at each whether to go on. */
  async visit(places: readonly string[], goOn: (place: string) => unknown): Promise<number> {
    let visited = 0;
    for (const place of places) {
      visited += 1;
      if (!(await goOn(place))) break;
    }
    return visited;
  }
}
