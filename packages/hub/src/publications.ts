/**
 * What is published at a hub in one turn.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import { sizeOfFrames } from "@fourwire/transport";
import type { HubLink } from "./hub-link.ts";
import { foreign } from "./protocol.ts";

interface Publication {
  readonly frames: Frames;
  resolve(receivers: number | undefined): void;
  reject(error: unknown): void;
}

/** What one call carries; a larger message goes alone. */
const MAX_MESSAGES = 256;
const MAX_BYTES = 64 * 1024;

/**
 * Lets the messages that are published on one topic in one turn leave as one
 * call: most of what a small message costs is the call.
 */
export class Publications {
  readonly #link: HubLink;
  #topic = "";
  #waiting: Publication[] = [];
  #bytes = 0;

  constructor(link: HubLink) {
    this.#link = link;
  }

  /** Publishes in order, and resolves with the number of receivers, where it is known. */
  publish(topic: string, frames: Frames): Promise<number | undefined> {
    const bytes = sizeOfFrames(frames);
    if (topic !== this.#topic || this.#waiting.length === MAX_MESSAGES || this.#bytes + bytes > MAX_BYTES) this.flush();
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) queueMicrotask(() => this.flush());
      this.#topic = topic;
      this.#bytes += bytes;
      this.#waiting.push({ frames, resolve, reject });
    });
  }

  /** Lets what waits leave, so that what is called next comes behind it. */
  flush(): void {
    const publications = this.#waiting;
    if (publications.length === 0) return;
    this.#waiting = [];
    this.#bytes = 0;
    void this.#send(this.#topic, publications);
  }

  async #send(topic: string, publications: readonly Publication[]): Promise<void> {
    try {
      const answer = await this.#link.call(
        "publish",
        topic,
        publications.map(({ frames }) => frames),
      );
      if (!Array.isArray(answer) || answer.length !== publications.length) throw foreign("publish");
      publications.forEach(({ resolve }, index) => {
        const receivers: unknown = answer[index];
        resolve(typeof receivers === "number" ? receivers : undefined);
      });
    } catch (error) {
      for (const { reject } of publications) reject(error);
    }
  }
}
