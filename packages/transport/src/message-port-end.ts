/**
 * The ends that messages are posted to, alike on Node and in browsers.
 *
 * @module
 */

/** A `MessagePort`, a `Worker` or a worker's own global scope, of Node or of a browser. */
export interface MessageEnd {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
}

/** What one end says about itself. */
export interface EndEvents {
  message(data: unknown): void;
  /** The far end is gone, or something arrived that cannot be read. */
  lost(why: string): void;
}

/** An end as Node makes it. */
interface EmittingEnd extends MessageEnd {
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
  ref?(): void;
  unref?(): void;
}

/** An end as browsers make it. */
interface TargetEnd extends MessageEnd {
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  removeEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  start?(): void;
}

/** What a worker calls its own end, where it is a browser's. */
interface WorkerScope {
  readonly WorkerGlobalScope?: unknown;
}

const GONE = "The far end of the message port is gone";
const UNREADABLE = "What arrived cannot be read in this thread";

/** Says whether a value can be posted to. */
export function isMessageEnd(value: object): value is MessageEnd {
  return "postMessage" in value && typeof value.postMessage === "function";
}

/** Says whether an end is a worker as whoever started it holds it: its life is not the transport's business. */
export function isWorker(end: MessageEnd): boolean {
  return "terminate" in end;
}

/** Says whether an end tells by itself that the far end is gone. */
export function noticesLoss(end: MessageEnd): boolean {
  return isEmitting(end) || "onclose" in end;
}

/** Finds the end that leads from this worker to whoever started it. Throws a `TypeError` where there is none. */
export function parentEnd(): MessageEnd {
  const scope: typeof globalThis & WorkerScope = globalThis;
  // Not imported, so that browsers, which have no such module, can load this one.
  const port = scope.process?.getBuiltinModule?.("node:worker_threads")?.parentPort;
  if (port) return port;
  if (scope.WorkerGlobalScope !== undefined && isMessageEnd(scope)) return scope;
  throw new TypeError("This is no worker: give the worker or the port that leads to the far end");
}

/** Hears when the far end is gone; returns what stops that. */
export function watchEnd(end: MessageEnd, lost: (why: string) => void): () => void {
  const gone = (): void => lost(GONE);
  // A worker that has ended by now says nothing more.
  if ("threadId" in end && end.threadId === -1) queueMicrotask(gone);
  if (isEmitting(end)) {
    const event = isWorker(end) ? "exit" : "close";
    end.on(event, gone);
    return () => void end.off(event, gone);
  }
  if (!isTarget(end)) throw new TypeError("A message port has on or addEventListener");
  end.addEventListener("close", gone);
  return () => end.removeEventListener("close", gone);
}

/** Begins to receive; returns what stops it. */
export function receiveFromEnd(end: MessageEnd, { message, lost }: EndEvents): () => void {
  const unreadable = (): void => lost(UNREADABLE);
  if (isEmitting(end)) {
    end.on("messageerror", unreadable);
    end.on("message", message);
    return () => {
      end.off("message", message);
      end.off("messageerror", unreadable);
    };
  }
  if (!isTarget(end)) return () => undefined;
  const onMessage = (event: { readonly data?: unknown }): void => message(event.data);
  end.addEventListener("messageerror", unreadable);
  end.addEventListener("message", onMessage);
  end.start?.();
  return () => {
    end.removeEventListener("message", onMessage);
    end.removeEventListener("messageerror", unreadable);
  };
}

/** Says whether this thread goes on because of the end; a worker keeps its starter alive by itself, or does not. */
export function keepEndAlive(end: MessageEnd, isNeeded: boolean): void {
  if (!isEmitting(end) || isWorker(end)) return;
  if (isNeeded) end.ref?.();
  else end.unref?.();
}

/** Closes a port of its own; a worker, and a worker's way to its starter, belong to others. */
export function closeEnd(end: MessageEnd): void {
  if (isWorker(end) || "WorkerGlobalScope" in end || isParentPort(end)) return;
  if ("close" in end && typeof end.close === "function") end.close();
}

function isParentPort(end: MessageEnd): boolean {
  return end === globalThis.process?.getBuiltinModule?.("node:worker_threads")?.parentPort;
}

function isEmitting(end: MessageEnd): end is EmittingEnd {
  return "on" in end && "off" in end;
}

function isTarget(end: MessageEnd): end is TargetEnd {
  return "addEventListener" in end;
}
