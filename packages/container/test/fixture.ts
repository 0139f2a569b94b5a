/**
 * Objects that the tests serve, and what they read from an application.
 *
 * @module
 */

import { connect as connectSocket, type Server } from "node:net";
import type { Logger } from "@fourwire/session";

/** Neither the environment nor the directory of whoever runs the tests. */
export const aside = { env: false, file: false } as const;

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

/** Waits for a promise to reject, and returns the error. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const settled = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (settled instanceof Error) return settled;
  throw new Error(`Expected a rejection with an error, not ${String(settled)}`);
}

/** Runs what throws, and returns the error. */
export function thrown(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("Expected an error to be thrown");
}

/** Finds the port that a server listens at. */
export function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  return address.port;
}
