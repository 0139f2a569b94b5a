/**
 * The direct way to one thing that was handed over, at the third end.
 *
 * @module
 */

import type { OutgoingCall } from "@fourwire/session";
import { currentOf, type DirectPlace, type DirectWay, type RemoteNode } from "../remote-node.ts";
import { untilAborted } from "../until-aborted.ts";

/** How long the first calls wait for the direct way before they are relayed, in ms. */
const DECISION_MS = 10_000;

/** Who is told how it ends. One of the two is called, at most once. */
export interface WayOptions {
  /** Called when there is a direct way. */
  reached(): void;
  /** Called with why there is none. */
  failed(reason: unknown): void;
}

/**
 * The way to something that was handed over: first unknown, then direct, or by
 * the holder for good, so that calls never overtake one another.
 */
export class Way implements DirectWay {
  place: DirectPlace | undefined;
  #pending: Promise<void> | undefined;
  readonly #failed: (reason: unknown) => void;
  readonly #reached: () => void;
  readonly #timer: ReturnType<typeof setTimeout>;
  #settle: () => void = () => undefined;
  #over = false;
  /** How many times it was taken from the owner. */
  #times = 0;

  constructor({ reached, failed }: WayOptions) {
    this.#failed = failed;
    this.#reached = reached;
    this.#pending = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const late = (): void => this.#fail(new Error(`The owner was not reached in ${DECISION_MS} ms`));
    this.#timer = setTimeout(late, DECISION_MS);
  }

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  async arrival(node: RemoteNode): Promise<RemoteNode> {
    if (this.#pending) await untilAborted(this.#pending, node.options?.signal);
    return currentOf(node);
  }

  start(call: OutgoingCall, node: RemoteNode, args: readonly unknown[]): void {
    call.turn = node.endpoint.session.turn;
    this.arrival(node)
      .then((place) => place.endpoint.start(call, place, args))
      .catch((error: unknown) => call.reject(error));
  }

  /** Whether it leads to the owner, or may yet. */
  get isOpen(): boolean {
    return !this.#over;
  }

  /** Takes part in the thing's being taken from its owner: once for each time that it was handed over. */
  add(arrival: Promise<DirectPlace>): void {
    arrival.then(
      (place) => this.#arrive(place),
      (error: unknown) => this.#fail(error),
    );
  }

  release(): void {
    const { place } = this;
    this.#over = true;
    this.place = undefined;
    this.#decide();
    for (; place && this.#times > 0; this.#times -= 1) forgo(place);
  }

  #arrive(place: DirectPlace): void {
    const isOther = this.place !== undefined && this.place.imported !== place.imported;
    if (this.#over || isOther) {
      forgo(place);
      return;
    }
    this.#times += 1;
    const isFirst = this.place === undefined;
    this.place = place;
    this.#decide();
    if (isFirst) this.#reached();
  }

  #fail(reason: unknown): void {
    // A later hand-over of the same thing may fail without harm to the way that is there.
    if (this.#over || this.place) return;
    this.#over = true;
    this.#failed(reason);
    this.#decide();
  }

  #decide(): void {
    clearTimeout(this.#timer);
    this.#pending = undefined;
    this.#settle();
  }
}

function forgo({ endpoint, imported }: DirectPlace): void {
  endpoint.references.forgo(imported);
}
