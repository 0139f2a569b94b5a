// @ts-check
/**
 * Main module of the child that `client.mjs` starts; it ends when the pipe does.
 *
 * @module
 */

import { serve } from "@fourwire/proxy";
import { pipe } from "@fourwire/transport/pipe";
import { ADDRESS, Calculator } from "../calculator.mjs";

await serve(new Calculator(), ADDRESS, { transport: pipe() });
