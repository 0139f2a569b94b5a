/**
 * A signal behind a contract.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { SignalLike, Slot } from "./signal.ts";
import { isThenable } from "./thenable.ts";
import { type Checked, validateEach } from "./validation.ts";

/** The most emissions that wait for asynchronous schemas; further ones are reported and dropped. */
const MAX_WAITING = 1_000;

/** Emits what a signal emits, as far as it fits the schemas: in order, and never throwing into the emitter. */
export class ContractedSignal implements SignalLike {
  readonly #source: SignalLike;
  readonly #schemas: readonly StandardSchemaV1[];
  readonly #checked: Checked;
  readonly #slots = new Map<Slot<readonly unknown[]>, Slot<readonly unknown[]>>();

  constructor(source: SignalLike, schemas: readonly StandardSchemaV1[], checked: Checked) {
    this.#source = source;
    this.#schemas = schemas;
    this.#checked = checked;
  }

  connect(slot: Slot<readonly unknown[]>): unknown {
    if (this.#slots.has(slot)) return undefined;
    const checking = this.#createSlot(slot);
    this.#slots.set(slot, checking);
    return this.#source.connect(checking);
  }

  disconnect(slot: Slot<readonly unknown[]>): unknown {
    const checking = this.#slots.get(slot);
    this.#slots.delete(slot);
    return checking && this.#source.disconnect(checking);
  }

  /** Emitting is the served object's to do. */
  emit(): void {}

  #createSlot(slot: Slot<readonly unknown[]>): Slot<readonly unknown[]> {
    const { report, name } = this.#checked;
    let last: Promise<unknown> | undefined;
    let waiting = 0;
    const later = (values: PromiseLike<readonly unknown[]> | readonly unknown[]): void => {
      if (waiting >= MAX_WAITING) {
        report(new RangeError(`"${name}" emits faster than its schemas answer: an emission was dropped`));
        return;
      }
      waiting += 1;
      const before = last;
      const turn = (async () => {
        const [valid] = await Promise.all([values, before]);
        if (this.#slots.has(slot)) slot(...valid);
      })()
        .catch(report)
        .finally(() => {
          waiting -= 1;
          if (last === turn) last = undefined;
        });
      last = turn;
    };
    return (...args) => {
      try {
        const values = validateEach(this.#schemas, args, this.#checked);
        if (last || isThenable(values)) later(values);
        else slot(...values);
      } catch (error) {
        report(error);
      }
    };
  }
}
