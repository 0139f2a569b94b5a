// The far end of a private link, as a child or as a worker: echoes requests, and never answers "wait".
import { isMainThread } from "node:worker_threads";
import { serveRequests } from "@fourwire/session";
import { messagePort } from "@fourwire/transport/message-port";
import { pipe } from "@fourwire/transport/pipe";

await serveRequests(isMainThread ? pipe() : messagePort(), "ask", (request) =>
  request === "wait" ? new Promise(() => undefined) : request,
);
