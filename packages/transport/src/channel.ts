/**
 * What all drivers do alike: the guards around a driver's mechanism.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { checkFrames, weighFrames } from "./frames.ts";
import { Inbox } from "./inbox.ts";
import type { Channel, Listener } from "./transport.ts";

/** The bytes a channel keeps for a reader that does not read, by default: 64 MiB. */
export const DEFAULT_MAX_INBOX_BYTES: number = 64 * 1024 * 1024;

/** The mechanism of one end of a conversation, as a driver writes it. */
export interface Link {
  /** Hands one valid message to the medium, in the order of the calls. */
  send(frames: Frames): Promise<void>;
  /** Delivers what `send` accepted, says goodbye and frees everything. Called at most once, also after the link broke. */
  close(): Promise<void>;
}

/** Limits of a channel, and where it leads. */
export interface ChannelOptions {
  /** The largest message in bytes; a larger one rejects with `TOO_LARGE`. Default: no limit. */
  readonly maxMessageBytes?: number | undefined;
  /**
   * The bytes kept for a reader that does not read, as `weighFrames` counts
   * them; beyond it the channel is lost. One message on its own is kept whatever
   * its size. Default 64 MiB.
   */
  readonly maxInboxBytes?: number | undefined;
  /** Where to connect to reach the same listener again. Default: where this channel was connected to. */
  readonly returnAddress?: string | undefined;
}

/** A channel together with the driver's side of it. */
export interface ChannelControl {
  readonly channel: Channel;
  /** Hands a received message, now owned by the receiver, to the channel. */
  receive(frames: Frames): void;
  /** Ends the channel: with nothing when the far end said goodbye, with the reason when the link broke. */
  end(reason?: TransportError): void;
}

/** Builds a channel around a driver's link: it validates, refuses after the end, bounds the inbox and closes once. */
export function createChannel(link: Link, options: ChannelOptions = {}): ChannelControl {
  const {
    maxMessageBytes = Number.POSITIVE_INFINITY,
    maxInboxBytes = DEFAULT_MAX_INBOX_BYTES,
    returnAddress,
  } = options;
  const inbox = new Inbox<Frames>(weighFrames);
  const over = createEnding();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= link.close();
    return closing;
  };
  const end = (reason?: TransportError): void => {
    if (!over.settle(reason ?? "closed by the far end")) return;
    inbox.end();
    // A failure to free what is already broken has nobody to tell.
    close().catch(() => undefined);
  };
  return {
    channel: {
      ...(returnAddress !== undefined && { returnAddress }),
      closed: over.closed,
      async send(frames) {
        if (over.reason) throw over.reason;
        checkFrames(frames, maxMessageBytes);
        await link.send(frames);
      },
      async close() {
        if (over.settle("closed")) inbox.end();
        await close();
      },
      [Symbol.asyncIterator]: () => inbox[Symbol.asyncIterator](),
      async [Symbol.asyncDispose]() {
        await this.close();
      },
    },
    receive(frames) {
      inbox.push(frames);
      // What a reader that waits would have got is not lost for one that comes a moment later.
      if (inbox.bytes > maxInboxBytes && inbox.length > 1) {
        end(new TransportError("LOST", `The reader left more than ${maxInboxBytes} bytes unread (maxInboxBytes)`));
      }
    },
    end,
  };
}

/** The mechanism of a listener, as a driver writes it. */
export interface ListenerMechanism {
  /** The address really bound. */
  readonly address: string;
  /** Stops accepting and frees what is not used by accepted channels. Called at most once. */
  close(): Promise<void>;
}

/** A listener together with the driver's side of it. */
export interface ListenerControl {
  readonly listener: Listener;
  /** Hands a new channel to whoever iterates the listener; closes it when the listener is closed. */
  accept(channel: Channel): void;
}

/**
 * The channels that are kept although they ended before anybody took them, as
 * they may have messages in them; the oldest go first.
 */
const MAX_ENDED_CHANNELS = 64;

/** Builds a listener around a driver's mechanism; channels nobody took are closed with it. */
export function createListener(mechanism: ListenerMechanism): ListenerControl {
  const inbox = new Inbox<Channel>();
  const forget = createForgetting(inbox);
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    inbox.end();
    const untaken: Promise<void>[] = [];
    for (let channel = inbox.shift(); channel; channel = inbox.shift()) untaken.push(channel.close());
    await Promise.all(untaken);
    await mechanism.close();
  };
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  return {
    listener: {
      address: mechanism.address,
      close,
      [Symbol.asyncIterator]: () => inbox[Symbol.asyncIterator](),
      [Symbol.asyncDispose]: close,
    },
    accept(channel) {
      // A connection that was under way when the listener closed has nobody to take it.
      if (closing) channel.close().catch(() => undefined);
      else {
        inbox.push(channel);
        void channel.closed.then(() => forget(channel));
      }
    },
  };
}

/** Makes what bounds the ended channels in an inbox: whoever comes and goes over and over must not fill it. */
function createForgetting(inbox: Inbox<Channel>): (ended: Channel) => void {
  let untaken: Channel[] = [];
  return (ended) => {
    if (!inbox.has(ended)) return;
    untaken = [...untaken.filter((channel) => inbox.has(channel)), ended];
    const [oldest] = untaken;
    if (oldest && untaken.length > MAX_ENDED_CHANNELS) inbox.remove(oldest);
  };
}

interface Ending {
  readonly closed: Promise<TransportError | undefined>;
  /** What later sends reject with, once over. */
  readonly reason: TransportError | undefined;
  /** Says whether this was the first call. */
  settle(why: TransportError | string): boolean;
}

function createEnding(): Ending {
  let resolveClosed: (reason: TransportError | undefined) => void;
  let reason: TransportError | undefined;
  const closed = new Promise<TransportError | undefined>((resolve) => {
    resolveClosed = resolve;
  });
  return {
    closed,
    get reason() {
      return reason;
    },
    settle(why) {
      if (reason) return false;
      const broken = why instanceof TransportError;
      reason = broken ? why : new TransportError("CLOSED", `The channel is ${why}`);
      resolveClosed(broken ? why : undefined);
      return true;
    },
  };
}
