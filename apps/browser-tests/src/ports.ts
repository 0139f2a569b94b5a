/**
 * What the page does with objects in its own workers and frames.
 *
 * @module
 */

import { connect, type Remote } from "@fourwire/proxy";
import type { Transport } from "@fourwire/transport";
import { messagePort } from "@fourwire/transport/message-port";
import { HEARTBEAT } from "./heartbeat.ts";
import type { Robot } from "./robot.ts";
import { type Outcome, tellStory } from "./story.ts";

/** Where an object is: in a worker the page started, or at the far end of a port that a worker or a frame was handed. */
export type Home = "worker" | "port of a worker" | "port of a frame";

/** How a call ended whose far end was gone. */
export interface Ending {
  readonly code: unknown;
  readonly outcome: unknown;
  /** Whether the medium says that it tells of such an end. */
  readonly detectsLoss: boolean;
  readonly elapsedMs: number;
}

/** What became of bytes that were sent and came back. */
export interface Returned {
  readonly reversed: readonly number[];
  /** Whether the page still has what it sent. */
  readonly kept: readonly number[];
}

/** The far end of some is gone when they are closed, and nobody tells. */
const OPTIONS = { closeTimeoutMs: 200 };

/** A way to an object, and the violent end of where it is. */
interface Lodging {
  readonly transport: Transport;
  end(): void;
}

/** Tells the story with an object that is there. */
export async function tellStoryAt(home: Home): Promise<Outcome> {
  const { transport, end } = await lodge(home);
  const outcome = await tellStory("robot", transport);
  end();
  return outcome;
}

/** Sends bytes beyond what is copied, and looks at both ends' afterwards. */
export async function reverseAt(home: Home, bytes: number): Promise<Returned> {
  const { transport, end } = await lodge(home);
  const robot = await connect<Robot>("robot", { transport });
  const sent = Uint8Array.from({ length: bytes }, (_, index) => index % 251);
  const reversed = await robot.reverse(sent);
  end();
  await transport.close();
  return { reversed: [...reversed], kept: [...sent] };
}

/** Ends where the object is in the middle of a call. */
export async function endDuringCall(home: Home): Promise<Ending> {
  const { transport, end } = await lodge(home);
  const robot = await connect<Robot>("robot", { transport, heartbeat: HEARTBEAT, reconnect: false });
  let call: ReturnType<typeof ask> | undefined;
  await new Promise<void>((asked) => {
    call = ask(robot, asked);
  });
  const since = performance.now();
  end();
  const { code, outcome } = (await call) ?? {};
  const elapsedMs = performance.now() - since;
  await transport.close();
  return { code, outcome, detectsLoss: transport.traits.detectsLoss, elapsedMs };
}

/** Has a question asked that is never answered. */
async function ask(robot: Remote<Robot>, asked: () => void): Promise<Pick<Ending, "code" | "outcome">> {
  try {
    await robot.ask(() => {
      asked();
      return new Promise(() => undefined);
    });
    return { code: "answered", outcome: undefined };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "outcome" in error)) throw error;
    return { code: error.code, outcome: error.outcome };
  }
}

async function lodge(home: Home): Promise<Lodging> {
  if (home === "worker") {
    const worker = new Worker("/object-worker.js", { type: "module" });
    return { transport: messagePort(worker, OPTIONS), end: () => worker.terminate() };
  }
  const { port1, port2 } = new MessageChannel();
  const transport = messagePort(port1, OPTIONS);
  if (home === "port of a worker") {
    const worker = new Worker("/port-host.js", { type: "module" });
    worker.postMessage("a port", [port2]);
    return { transport, end: () => worker.terminate() };
  }
  const frame = document.createElement("iframe");
  frame.src = "/frame";
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  frame.contentWindow?.postMessage("a port", "*", [port2]);
  return { transport, end: () => frame.remove() };
}
