/**
 * How those who connect and those who listen find each other.
 *
 * Who connects leaves an offer in the address's list and rings; of the
 * listeners that hear it one takes the offer.
 *
 * @module
 */

import { TransportError } from "@fourwire/transport";
import type { Connection } from "./connection.ts";
import type { Means } from "./means.ts";
import { createScript } from "./scripts.ts";
import { PROTOCOL_VERSION } from "./wire.ts";

/** An offer whose reader has not come in so many connect timeouts is nobody's any more. */
const TIMEOUTS_TO_KEEP = 2;

const OFFER = /^(\d{1,5}) ([\w-]{22})$/;

/** Leaves an offer and rings; where the count of those who hear it is reliable and nobody does, takes it back. */
const leaveOffer = createScript(`
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local listeners = redis.call('PUBLISH', ARGV[3], '')
if listeners == 0 and ARGV[4] == '1' then redis.call('LREM', KEYS[1], -1, ARGV[1]) end
return listeners`);

const takeOffer = createScript(`return redis.call('LPOP', KEYS[1])`);

const removeOffer = createScript(`return redis.call('LREM', KEYS[1], -1, ARGV[1])`);

/** An offer as a listener finds it. */
export interface Offer {
  readonly version: number;
  readonly id: string;
}

/** Leaves an offer at an address. Rejects with `REFUSED` when nobody listens there. */
export async function offer(
  { names, settings }: Means,
  connection: Connection,
  address: string,
  id: string,
): Promise<void> {
  const bell = names.bell(address);
  const isCounted = !connection.isCluster;
  const [listeners = 0] = isCounted ? [1] : await connection.countSubscribers([bell]);
  const keptMs = settings.connectTimeoutMs * TIMEOUTS_TO_KEEP;
  const args = [textOf(id), keptMs, bell, isCounted ? 1 : 0];
  const heard = listeners > 0 ? await connection.run(leaveOffer, names.offers(address), args) : 0;
  if (listeners > 0 && (heard !== 0 || !isCounted)) return;
  throw new TransportError("REFUSED", `Nobody listens at "${address}"`);
}

/** Takes the oldest offer of an address away from the other listeners. */
export async function takeNextOffer(
  { names }: Means,
  connection: Connection,
  address: string,
): Promise<Offer | undefined> {
  for (;;) {
    const reply = await connection.run(takeOffer, names.offers(address), []);
    if (!Buffer.isBuffer(reply)) return undefined;
    const [, version, id] = OFFER.exec(reply.toString()) ?? [];
    // Whoever wrote anything else has no inbox to be answered in.
    if (version !== undefined && id !== undefined) return { version: Number(version), id };
  }
}

/** Takes an offer back. */
export async function withdraw({ names }: Means, connection: Connection, address: string, id: string): Promise<void> {
  await connection.run(removeOffer, names.offers(address), [textOf(id)]);
}

function textOf(id: string): string {
  return `${PROTOCOL_VERSION} ${id}`;
}
