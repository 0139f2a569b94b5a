/**
 * Sessions of either end, from the moment both have agreed.
 *
 * @module
 */

import type { Opened } from "./handshake.ts";
import type { Handler } from "./serving.ts";
import { Session } from "./session.ts";
import type { SessionSettings } from "./settings.ts";

/** Starts the conversation on an open channel; when what it serves cannot be made, the channel is closed. */
export async function beginSession(
  opened: Opened,
  settings: SessionSettings,
  address: string,
  createHandler: (session: Session) => Handler,
): Promise<Session> {
  try {
    return new Session(opened, settings, address, createHandler);
  } catch (error) {
    await opened.channel.close();
    throw error;
  }
}
