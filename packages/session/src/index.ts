/**
 * Conversations over Fourwire's channels.
 *
 * @module
 */

export type { CallOptions } from "./call-options.ts";
export type { CodecName } from "./codec-names.ts";
export type { CallContext, Peer } from "./context.ts";
export { callContext, runInContext } from "./context.ts";
export type { AccessOptions, AuthorizeRequest, Hello, Key } from "./credentials.ts";
export type { Outcome, SessionErrorCode, SessionErrorOptions } from "./errors.ts";
export { SessionError, toError } from "./errors.ts";
export type { Heartbeat, LimitOptions, Limits, Parking, Reconnect } from "./limits.ts";
export {
  completeLimits,
  DEFAULT_CALL_TIMEOUT_MS,
  DEFAULT_HEARTBEAT,
  DEFAULT_LIMITS,
  DEFAULT_PARKING,
  DEFAULT_RECONNECT,
  FRAME_BYTES,
} from "./limits.ts";
export type { Logger } from "./logger.ts";
export type { OpenOptions } from "./open-session.ts";
export { openSession } from "./open-session.ts";
export { OutgoingCall, PromisedCall } from "./outgoing-call.ts";
export { pause } from "./pause.ts";
export type { Departure, Homecoming, ReferencePort } from "./references.ts";
export type { ErrorClass } from "./remote-error.ts";
export { RemoteError } from "./remote-error.ts";
export type { Requester, RequestHandler, RequestServer } from "./requests.ts";
export { createRequester, serveRequests } from "./requests.ts";
export type { ServeOptions, SessionServer } from "./serve-sessions.ts";
export { serveSessions } from "./serve-sessions.ts";
export type { Deed, Handler } from "./serving.ts";
export type { Session, SessionStats } from "./session.ts";
export type { SessionOptions } from "./settings.ts";
export { isLoopback } from "./settings.ts";
export type { SessionState, StateChange } from "./states.ts";
export type { RemoteStream } from "./streams.ts";
export type { CallSpan, Metadata, Tracing } from "./tracing.ts";
export { transfer } from "./transfer.ts";
export type { ValueCodec, ValueCodecOptions } from "./value-codec.ts";
export { createValueCodec } from "./value-codec.ts";
