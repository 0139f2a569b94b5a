// The transport of a process of a test, by its name; Redis is where the URL says.
import { redis } from "@fourwire/transport-redis";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";

/**
 * @param {string | undefined} name
 * @param {string | undefined} url
 * @returns {import("@fourwire/transport").Transport}
 */
export function transportNamed(name, url) {
  if (name === "zmq") return zmq();
  return name === "redis" ? redis({ url }) : webSocket();
}
