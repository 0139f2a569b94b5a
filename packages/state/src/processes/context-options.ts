/**
 * How a context is made, as users say it.
 *
 * @module
 */

import type { ErrorClass, Key } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import type { ConnectStateOptions } from "../connect-state.ts";
import type { ServeStateOptions } from "../serve-state.ts";
import type { ProcessDefaults } from "./process-options.ts";

/** How a context is made. */
export interface ContextOptions<Shape extends object> {
  /**
   * What the state is reached over. Processes and threads build one of their own after its recipe, so that it has to have one: ZeroMQ, Redis and
   * WebSocket do, memory does for inline processes only. Closing the context does not close it.
   */
  readonly transport: Transport;
  /** Where a state is served already. Default: the context serves one itself. */
  readonly server?: string | undefined;
  /** Where the context's own state is served. Default: a fresh address of the transport. */
  readonly address?: string | undefined;
  /** The secret of whoever uses the state. Default: of the context's own state a random one, of another's none. `false` for none. */
  readonly key?: Key | false | undefined;
  /** The namespace of `context.state`. Default `default`. */
  readonly namespace?: string | undefined;
  /** The values that the context's own state begins with. */
  readonly initial?: Shape | undefined;
  /** More on how the context's own state is served. */
  readonly serve?: Omit<ServeStateOptions, "transport" | "address" | "key" | "signal"> | undefined;
  /** More on how the context connects to it. */
  readonly connect?: Omit<ConnectStateOptions, "transport" | "key" | "namespace" | "signal"> | undefined;
  /** What the paths of its processes begin with. Default `root`. */
  readonly name?: string | undefined;
  /** What holds for all of its processes unless they say otherwise. */
  readonly processes?: ProcessDefaults | undefined;
  /** The processes that start at a time; the others wait, so that none is late for want of a processor. Default: two for each processor. */
  readonly maxStarting?: number | undefined;
  /** Whether closing the context waits for its processes instead of stopping them. From ZProc's `wait`. Default false. */
  readonly wait?: boolean | undefined;
  /** Classes by the names of their errors, so that what tasks throw comes back as an instance of them. */
  readonly errors?: Readonly<Record<string, ErrorClass>> | undefined;
  /** Called with the failure of a process that nobody waits for. Default: a warning of this process. */
  readonly onError?: ((error: unknown, path: string) => void) | undefined;
  /** Ends the making of the context. */
  readonly signal?: AbortSignal | undefined;
}
