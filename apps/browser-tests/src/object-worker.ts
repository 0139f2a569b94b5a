/**
 * The script of a worker that serves an object to the page that started it.
 *
 * @module
 */

import { serve } from "@fourwire/proxy";
import { messagePort } from "@fourwire/transport/message-port";
import { HEARTBEAT } from "./heartbeat.ts";
import { Robot } from "./robot.ts";

void serve(new Robot(), "robot", { transport: messagePort(), heartbeat: HEARTBEAT });
