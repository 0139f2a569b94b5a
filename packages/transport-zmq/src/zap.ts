/**
 * The handler that libzmq asks whether a CURVE client may enter.
 *
 * libzmq looks for it at one fixed name in the context of the listening socket,
 * so an allow-list needs a context of its own.
 *
 * @module
 */

import { Context, Reply } from "zeromq";
import { decodeKey } from "./curve.ts";
import { bindInproc } from "./inproc.ts";
import type { ThreadGuard } from "./thread-guard.ts";

const ZAP_ADDRESS = "inproc://zeromq.zap.01";

/**
 * An allow-list at work while a listener holds it.
 *
 * Its context, with a thread, is made at the first use and freed by libzmq at
 * the end of the process: one for each transport that has such a list.
 */
export class ZapHandler {
  readonly #allowed: ReadonlySet<string>;
  readonly #guard: ThreadGuard;
  #context: Context | undefined;
  #reply: Promise<Reply> | undefined;
  #holders = 0;

  constructor(allow: readonly string[], guard: ThreadGuard) {
    this.#guard = guard;
    this.#allowed = new Set(allow.map((key) => decodeKey(key).toString("hex")));
  }

  /** Starts to answer. Returns the context whose listeners are answered for. */
  async hold(): Promise<Context> {
    this.#context ??= new Context();
    const context = this.#context;
    this.#holders += 1;
    this.#reply ??= this.#open(context);
    try {
      await this.#reply;
    } catch (error) {
      this.release();
      throw error;
    }
    return context;
  }

  /** Undoes one `hold`; after the last, nothing is held but the context. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#reply?.then((reply) => reply.close()).catch(() => undefined);
    this.#reply = undefined;
  }

  async #open(context: Context): Promise<Reply> {
    const reply = new Reply({ context, linger: 0 });
    await bindInproc(() => reply.bindSync(ZAP_ADDRESS));
    // It ends when the socket is closed; a client that gets no answer is not let in.
    this.#guard.during(reply, this.#answer(reply)).catch(() => undefined);
    return reply;
  }

  async #answer(reply: Reply): Promise<void> {
    while (!reply.closed) {
      const [version = "", requestId = "", , , , mechanism, key, ...rest] = await reply.receive();
      const isCurve = mechanism?.toString() === "CURVE" && key !== undefined && rest.length === 0;
      const isAllowed = isCurve && this.#allowed.has(key.toString("hex"));
      await reply.send([version, requestId, isAllowed ? "200" : "400", isAllowed ? "OK" : "Not on the list", "", ""]);
    }
  }
}
