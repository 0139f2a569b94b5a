/**
 * The two ZeroMQ sockets of this driver, with their options.
 *
 * @module
 */

import { isIPv6 } from "node:net";
import type { Context } from "zeromq";
import { capability, Dealer, context as globalContext, Router } from "zeromq";
import type { Target } from "./address.ts";
import type { CurveOptions } from "./curve.ts";
import type { Settings } from "./options.ts";

/** How long a socket that is closed goes on sending a goodbye. */
export const FAREWELL_LINGER_MS = 400;

/** Whether a ROUTER of this build says when a peer is gone. */
export const ROUTER_NOTICES_LOSS: boolean = capability.draft === true;

const ZMQ_ROUTER_NOTIFY = 97;
const ZMQ_NOTIFY_DISCONNECT = 2;
const ZMQ_DISCONNECT_MSG = 111;

/** A connector needs three sockets and libzmq's default of 1,023 would end at 341 channels. */
const MIN_MAX_SOCKETS = 32_768;

/** The connections that the kernel holds until libzmq takes them: enough for many that come at once. */
const BACKLOG = 1_024;
const KEEPALIVE_COUNT = 3;

/** A ROUTER that also delivers a notice, after the last message of a peer, when that peer is gone. */
class NoticingRouter extends Router {
  noticeDisconnects(): void {
    this.setInt32Option(ZMQ_ROUTER_NOTIFY, ZMQ_NOTIFY_DISCONNECT);
  }

  noticeInprocDisconnects(notice: Buffer): void {
    this.setStringOption(ZMQ_DISCONNECT_MSG, notice);
  }
}

/** What `createRouter` is told beside the settings. */
export interface RouterOptions {
  readonly target: Target;
  /** The context whose ZAP handler decides about CURVE clients. Default the process's own. */
  readonly context?: Context | undefined;
  /** The message that stands for the loss of a peer within this process. */
  readonly inprocNotice: Buffer;
}

/** Creates the socket of a listener, not yet bound. */
export function createRouter(settings: Settings, { target, context, inprocNotice }: RouterOptions): Router {
  raiseSocketLimit(context ?? globalContext);
  const router = new NoticingRouter({
    ...commonOptions(settings, target),
    mandatory: true,
    // A stranger that connects and never finishes the handshake is dropped.
    handshakeInterval: settings.connectTimeoutMs,
    ...(context && { context }),
  });
  if (ROUTER_NOTICES_LOSS && target.scheme === "inproc") router.noticeInprocDisconnects(inprocNotice);
  else if (ROUTER_NOTICES_LOSS) router.noticeDisconnects();
  if (settings.curve && target.scheme !== "inproc") demandCurve(router, settings.curve);
  return router;
}

/** Creates the socket of a connector, not yet connected. */
export function createDealer(settings: Settings, target: Target): Dealer {
  raiseSocketLimit(globalContext);
  const dealer = new Dealer(commonOptions(settings, target));
  const { curve } = settings;
  if (curve?.serverKey !== undefined && target.scheme !== "inproc") {
    dealer.curvePublicKey = curve.publicKey;
    dealer.curveSecretKey = curve.secretKey;
    dealer.curveServerKey = curve.serverKey;
  }
  return dealer;
}

function demandCurve(router: Router, curve: CurveOptions): void {
  router.curveServer = true;
  router.curvePublicKey = curve.publicKey;
  router.curveSecretKey = curve.secretKey;
  if (!curve.allow) return;
  // A fixed name: libzmq asks the ZAP handler only on behalf of a domain.
  router.zapDomain = "fourwire";
  router.zapEnforceDomain = true;
}

function commonOptions(settings: Settings, target: Target) {
  const { keepaliveMs, maxMessageBytes } = settings;
  const keepaliveSeconds = Math.ceil(keepaliveMs / 1_000);
  return {
    linger: 0,
    // With 0 a send is over when the call returns, so two never overlap and none needs a queue.
    sendTimeout: 0,
    sendHighWaterMark: 0,
    receiveHighWaterMark: 0,
    reconnectInterval: -1,
    maxMessageSize: maxMessageBytes,
    ipv6: target.scheme === "tcp" && isIPv6(target.host),
    backlog: BACKLOG,
    tcpKeepalive: keepaliveMs > 0 ? 1 : 0,
    ...(keepaliveMs > 0 && {
      tcpKeepaliveIdle: keepaliveSeconds,
      tcpKeepaliveInterval: keepaliveSeconds,
      tcpKeepaliveCount: KEEPALIVE_COUNT,
      // Keepalive checks idle connections only; this one is for data that nobody acknowledges.
      tcpMaxRetransmitTimeout: KEEPALIVE_COUNT * keepaliveMs,
    }),
  };
}

function raiseSocketLimit(context: Context): void {
  // Has no effect once the context has had a socket; then the limit in place stays.
  if (context.maxSockets < MIN_MAX_SOCKETS) context.maxSockets = MIN_MAX_SOCKETS;
}
