/**
 * What the parts of the application share: the plan of the day.
 *
 * @module
 */

import { inject, injectable, stateToken } from "@fourwire/container";
import type { State } from "@fourwire/state";

/** The plan, as everybody sees it. */
export interface Plan {
  readonly target: number;
  readonly windows: "open" | "shut";
}

/** What the plan is in the morning. */
export const MORNING: Plan = { target: 20, windows: "open" };

/** The caretaker, who changes the plan, and waits for what others do to it. */
@injectable()
export class Caretaker {
  readonly #plan: State<Plan>;

  constructor(@inject(stateToken<Plan>()) plan: State<Plan>) {
    this.#plan = plan;
  }

  /** Waits until the windows are shut, which happens meanwhile; returns the target that was set with it. */
  async shut(target: number): Promise<number> {
    const shut = this.#plan.until(({ windows }) => windows === "shut", { timeoutMs: 10_000 });
    await this.#plan.merge({ windows: "shut", target });
    return (await shut).target;
  }
}
