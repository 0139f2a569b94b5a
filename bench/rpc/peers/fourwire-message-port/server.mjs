// @ts-check
/**
 * Main module of the worker that `client.mjs` starts.
 *
 * @module
 */

import { serve } from "@fourwire/proxy";
import { messagePort } from "@fourwire/transport/message-port";
import { ADDRESS, Calculator } from "../calculator.mjs";

await serve(new Calculator(), ADDRESS, { transport: messagePort() });
