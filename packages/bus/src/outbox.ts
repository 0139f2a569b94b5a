/**
 * What one bus sends to another one alone: calls, and the replies to them.
 *
 * What goes to the same bus in one turn leaves as one message of the transport:
 * a frame without bytes, then a frame for each. Events are not sent like this,
 * as each of them may go to another member of a group.
 *
 * @module
 */

import { toError } from "@fourwire/session";
import type { Frames, Topics } from "@fourwire/transport";

/** Hears what became of a message. */
export interface Delivery {
  /** It is on its way, to so many where the transport knows. */
  sent(receivers: number | undefined): void;
  failed(error: Error): void;
}

interface Batch {
  readonly frames: Uint8Array[];
  readonly deliveries: Delivery[];
  bytes: number;
}

const MARK = new Uint8Array(0);
/** The most that leaves as one: more would make the first wait for the last. */
const MAX_MESSAGES = 256;
const MAX_BYTES = 64 * 1024;

/** Sends messages to single buses, those of one turn together. */
export class Outbox {
  readonly #topics: () => Topics;
  readonly #batches = new Map<string, Batch>();
  readonly #flush = (): void => {
    const batches = [...this.#batches];
    this.#batches.clear();
    for (const [topic, batch] of batches) this.#hand(topic, batch);
  };
  #underWay = 0;
  #rest: (() => void) | undefined;

  constructor(topics: () => Topics) {
    this.#topics = topics;
  }

  /** Sends a message, after those that were sent before to the same topic. */
  send(topic: string, frames: Frames, delivery: Delivery): void {
    const [frame] = frames;
    if (frame && frames.length === 1 && frame.byteLength <= MAX_BYTES) {
      this.#add(topic, frame, delivery);
      return;
    }
    // Large values have frames of their own.
    const before = this.#batches.get(topic);
    if (before) this.#hand(topic, before);
    this.#batches.delete(topic);
    this.#publish(topic, frames, [delivery]);
  }

  #add(topic: string, frame: Uint8Array, delivery: Delivery): void {
    const batch = this.#batches.get(topic);
    if (batch && batch.frames.length < MAX_MESSAGES && batch.bytes + frame.byteLength <= MAX_BYTES) {
      batch.frames.push(frame);
      batch.deliveries.push(delivery);
      batch.bytes += frame.byteLength;
      return;
    }
    if (batch) this.#hand(topic, batch);
    else if (this.#batches.size === 0) queueMicrotask(this.#flush);
    this.#batches.set(topic, { frames: [frame], deliveries: [delivery], bytes: frame.byteLength });
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    this.#flush();
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#rest = resolve;
    });
  }

  #hand(topic: string, { frames, deliveries }: Batch): void {
    this.#publish(topic, frames.length === 1 ? frames : [MARK, ...frames], deliveries);
  }

  #publish(topic: string, frames: Frames, deliveries: readonly Delivery[]): void {
    this.#underWay += 1;
    this.#publishNow(topic, frames).then(
      ({ receivers }) => this.#tell(deliveries, (delivery) => delivery.sent(receivers)),
      (error: unknown) => this.#tell(deliveries, (delivery) => delivery.failed(toError(error))),
    );
  }

  /** A transport that is closed throws rather than rejects. */
  async #publishNow(topic: string, frames: Frames): Promise<{ readonly receivers?: number }> {
    return await this.#topics().publish(topic, frames);
  }

  #tell(deliveries: readonly Delivery[], tell: (delivery: Delivery) => void): void {
    for (const delivery of deliveries) tell(delivery);
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#rest?.();
  }
}

/** Reads what an outbox sent: the messages of one turn. */
export function messagesOf(frames: Frames): readonly Frames[] {
  if (frames[0]?.byteLength !== 0) return [frames];
  return frames.slice(1).map((frame) => [frame]);
}
