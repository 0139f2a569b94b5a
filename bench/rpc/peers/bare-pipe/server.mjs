// @ts-check
/**
 * Main module of the child that `client.mjs` starts; it ends when the pipe does.
 *
 * @module
 */

import { Socket } from "node:net";
import { answer, REQUEST_BYTES } from "../wire.mjs";
import { readMessages } from "./messages.mjs";

const socket = new Socket({ fd: 3 });
readMessages(socket, REQUEST_BYTES, (request) => socket.write(answer(request)));
