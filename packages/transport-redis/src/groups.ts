/**
 * The groups that one transport has members in.
 *
 * @module
 */

import type { TopicSubscription } from "@fourwire/transport";
import type { Connection } from "./connection.ts";
import type { Resident } from "./connections.ts";
import { GroupMember } from "./group-member.ts";
import { joinGroup, leaveGroup } from "./group-scripts.ts";
import type { Means } from "./means.ts";
import { freshId } from "./names.ts";
import type { RedisQueues } from "./queues.ts";
import { readNumbers } from "./replies.ts";

/** How long a group outlives a member that died: its events are kept for others. */
const STAY_MS = 60_000;

/** How a member takes part. */
export interface Membership {
  readonly pattern: string;
  readonly group: string;
  readonly maxBufferedBytes: number;
  readonly onGap: () => void;
}

interface Seat extends Membership {
  readonly member: string;
  readonly key: string;
  readonly subscription: GroupMember;
}

/** All memberships of one transport; they are prolonged as long as it lives. */
export class Groups implements Resident {
  readonly #means: Means;
  readonly #queues: RedisQueues;
  readonly #seats = new Set<Seat>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(means: Means, queues: RedisQueues) {
    this.#means = means;
    this.#queues = queues;
  }

  /** Joins a group. Resolved means that the next message published anywhere is in it. */
  async join(membership: Membership): Promise<TopicSubscription> {
    const { connections, names } = this.#means;
    const release = connections.hold();
    const key = names.group(membership.pattern, membership.group);
    const subscription = new GroupMember(this.#queues.storeAt(key), async () => {
      await this.#leave(seat).catch(() => undefined);
      release();
    });
    const seat: Seat = { ...membership, member: freshId(), key, subscription };
    try {
      await connections.use((connection) => this.#stay(connection, seat));
    } catch (error) {
      release();
      throw error;
    }
    this.#seats.add(seat);
    this.#timer ??= setInterval(() => this.#stayAll(), STAY_MS / 3).unref();
    return subscription;
  }

  async connected(connection: Connection): Promise<void> {
    for (const seat of this.#seats) {
      const wasThere = await this.#stay(connection, seat);
      // Redis forgot the group, and what was in it.
      if (!wasThere) seat.onGap();
    }
  }

  disconnected(): void {
    // The groups are in Redis and go on without this member.
  }

  async close(): Promise<void> {
    await Promise.all([...this.#seats].map(({ subscription }) => subscription.close()));
  }

  #stayAll(): void {
    for (const seat of this.#seats) {
      this.#means.connections.use((connection) => this.#stay(connection, seat)).catch(() => undefined);
    }
  }

  async #stay(connection: Connection, { pattern, key, member, maxBufferedBytes }: Seat): Promise<boolean> {
    const most = Math.min(maxBufferedBytes, Number.MAX_SAFE_INTEGER);
    const known = await connection.run(joinGroup, this.#means.names.groups, [pattern, key, member, most, STAY_MS]);
    return readNumbers([known])[0] === 1;
  }

  async #leave(seat: Seat): Promise<void> {
    this.#seats.delete(seat);
    if (this.#seats.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const { connections, names } = this.#means;
    if (!connections.current) return;
    const args = [seat.pattern, seat.key, seat.member];
    await connections.use((connection) => connection.run(leaveGroup, names.groups, args));
  }
}
