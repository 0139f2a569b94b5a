/**
 * The script of a frame or a worker that is handed a port, and serves an object at it.
 *
 * @module
 */

import { serve } from "@fourwire/proxy";
import { messagePort } from "@fourwire/transport/message-port";
import { HEARTBEAT } from "./heartbeat.ts";
import { Robot } from "./robot.ts";

globalThis.onmessage = ({ ports: [port] }: MessageEvent) => {
  if (port) void serve(new Robot(), "robot", { transport: messagePort(port), heartbeat: HEARTBEAT });
};
