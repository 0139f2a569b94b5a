/**
 * Objects that the tests serve, and what they read from an application.
 *
 * @module
 */

import { connect as connectSocket } from "node:net";
import { type Logger } from "@fourwire/session";

/** An object to serve. */
export class Robot {
  readonly name: string;

  constructor(name = "Robbie") {
    this.name = name;
  }

  greet(who: string): string {
    return `${this.name} greets ${who}`;
  }
}

/** A line of a log. */
export interface Line {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
}

/** A logger that keeps what it is told. */
export function keepLines(): { readonly lines: Line[]; readonly logger: Logger } {
  const lines: Line[] = [];
  const keep =
    (level: keyof Logger) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields, message });
    };
  return { lines, logger: { debug: keep("debug"), info: keep("info"), warn: keep("warn") } };
}

/** Says whether somebody listens at a TCP port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connectSocket(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
