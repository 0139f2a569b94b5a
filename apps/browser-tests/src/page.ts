/**
 * The script of the page: what the tests ask of it.
 *
 * @module
 */

import { agentOf, connect, type Remote } from "@fourwire/proxy";
import { TransportError } from "@fourwire/transport";
import { webSocket } from "@fourwire/transport-ws";
import { type Ending, endDuringCall, type Home, type Returned, reverseAt, tellStoryAt } from "./ports.ts";
import type { Adviser, Robot } from "./robot.ts";
import { type Outcome, tellStory } from "./story.ts";

/** What the tests call in the page. */
export interface PageScript {
  tellStory(address: string): Promise<Outcome>;
  /** Tells the same story with an object in a worker or a frame of the page. */
  tellStoryAt(home: Home): Promise<Outcome>;
  /** Has an object there turn bytes round. */
  reverseAt(home: Home, bytes: number): Promise<Returned>;
  /** Ends the worker or removes the frame in the middle of a call. */
  endDuringCall(home: Home): Promise<Ending>;
  /** Tells the same story in a worker. */
  tellStoryInWorker(address: string): Promise<Outcome>;
  /** Tries to open a channel, and tells `connected` or the code and the message of the refusal. */
  tryConnect(address: string, protocols?: readonly string[]): Promise<{ code: string; message: string }>;
  /** Opens a proxy that stays. */
  hold(address: string): Promise<void>;
  /** Hands an object over to be called, which then answers. */
  handOver(): Promise<string>;
  /** Calls through it. */
  add(a: number, b: number): Promise<number>;
  /** Resolves when its session went on after a loss. */
  untilResumed(): Promise<number>;
  /** Resolves when its session began anew. */
  untilReset(): Promise<number>;
}

/** What the page hands over. */
class Optimist implements Adviser {
  async advise(word: string): Promise<string> {
    return `${word} up`;
  }
}

let held: (Remote<Robot> & AsyncDisposable) | undefined;

function robot(): NonNullable<typeof held> {
  if (!held) throw new Error("Nothing is held");
  return held;
}

async function untilCounted(what: "resumes" | "resets"): Promise<number> {
  const agent = agentOf(robot());
  for await (const { state } of agent.states()) {
    const { [what]: count } = agent.stats();
    if ((state === "open" || state === "reset") && count > 0) return count;
  }
  throw new Error("The session is over");
}

const script: PageScript = {
  tellStory: (address) => tellStory(address),
  tellStoryAt,
  reverseAt,
  endDuringCall,
  tellStoryInWorker(address) {
    const worker = new Worker("/worker.js", { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        worker.terminate();
        if (data.outcome) resolve(data.outcome);
        else reject(new Error(data.failure));
      };
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(address);
    });
  },
  async tryConnect(address, protocols = []) {
    const transport = webSocket({ protocols });
    try {
      await transport.connect(address);
      return { code: "connected", message: "" };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return { code: error.code, message: error.message };
    } finally {
      await transport.close();
    }
  },
  async hold(address) {
    held = await connect<Robot>(address, { transport: webSocket(), reconnect: { minDelayMs: 10, maxDelayMs: 100 } });
  },
  handOver: async () => await robot().consult(new Optimist()),
  add: async (a, b) => await robot().add(a, b),
  untilResumed: () => untilCounted("resumes"),
  untilReset: () => untilCounted("resets"),
};

Object.assign(globalThis, { script });
