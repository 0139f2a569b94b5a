/**
 * What Redis does to a queue, each in one step; its keys are described with
 * the functions that the scripts have in common.
 *
 * @module
 */

import { QUEUE_FUNCTIONS } from "./queue-functions.ts";
import { createScript, type Script } from "./scripts.ts";

/**
 * Puts items. Arguments: the most bytes, then for each item its id, or for one
 * that is not like any other what `NewItem` has but the payload as JSON, and
 * its payload. Replies for each with its id, that of the one with the same key,
 * or nothing when there was no room; with 1 when all have their own.
 */
export const putItems: Script = createScript(`${QUEUE_FUNCTIONS}
local queue, most, time = open(KEYS[1]), tonumber(ARGV[1]), now()
local results, held, added, isOwn = {}, held(queue), 0, true
-- Most items are like any other: those in a row are put by few commands.
local plain, ids = {}, {}
local function putPlain()
  if #ids == 0 then return end
  redis.call('HSET', queue.items, unpack(plain))
  local place, scores = redis.call('HINCRBY', queue.state, 'place', #ids) - #ids, {}
  for n, id in ipairs(ids) do
    scores[n * 2 - 1] = string.format('%.0f', place + n)
    scores[n * 2] = id
  end
  redis.call('ZADD', queue.ready, unpack(scores))
  plain, ids = {}, {}
end
for i = 2, #ARGV, 2 do
  local id, payload, item = ARGV[i], ARGV[i + 1], nil
  if string.byte(id) == 123 then
    item = cjson.decode(id)
    id = item.id
  end
  local twin = item and item.dedupKey ~= '' and redis.call('HGET', queue.keys, 'is:'..item.dedupKey)
  local bytes = size(payload)
  if twin then
    results[#results + 1], isOwn = twin, false
  elseif held + bytes > most then
    results[#results + 1], isOwn = '', false
  else
    held, added = held + bytes, added + bytes
    results[#results + 1] = id
    if not item then
      plain[#plain + 1], ids[#ids + 1] = id, id
      plain[#plain + 1] = payload
    else
      local due = item.delayMs > 0 and time + item.delayMs or 0
      putPlain()
      redis.call('HSET', queue.items, id, payload)
      if item.priority ~= 0 then redis.call('HSET', queue.priorities, id, item.priority) end
      if item.dedupKey ~= '' then redis.call('HSET', queue.keys, 'is:'..item.dedupKey, id, 'of:'..id, item.dedupKey) end
      if item.key == '' or not waits(queue, id, item.key, due) then begin(queue, id, due, time) end
    end
  end
end
putPlain()
if added > 0 then redis.call('HINCRBY', queue.state, 'bytes', added) end
ring(queue)
return isOwn and 1 or results`);

/**
 * Takes items. Arguments: the most bytes of dead letters, the most leases, the
 * count and the time of the rate, 0 for no limit each, then for takers in a row
 * their lease, the most deliveries or 0, and how many they are. Replies with the time until an item
 * may come back, or -1, the number of items ever dropped, and then id, payload
 * and tries of each item.
 */
export const takeItems: Script = createScript(`${QUEUE_FUNCTIONS}
local queue, time = open(KEYS[1]), now()
wakeAllDue(queue, time)
local reply = { 0, tonumber(redis.call('HGET', queue.state, 'dropped') or 0) }
local most, count, per = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local taker, late, wishes = 1, 0, {}
for i = 5, #ARGV, 3 do
  for _ = 1, tonumber(ARGV[i + 2]) do wishes[#wishes + 1] = { tonumber(ARGV[i]), tonumber(ARGV[i + 1]) } end
end
local function give(id, payload, tries)
  reply[#reply + 1] = id
  reply[#reply + 1] = payload
  reply[#reply + 1] = tries
end
-- Without limits those for all takers are taken by few commands; in the place of one that is buried, another.
while most == 0 and count == 0 and taker <= #wishes do
  local popped, ids, leases, taken = redis.call('ZPOPMIN', queue.ready, #wishes - taker + 1), {}, {}, {}
  for n = 1, #popped, 2 do ids[#ids + 1] = popped[n] end
  if #ids == 0 then break end
  local payloads, tries = redis.call('HMGET', queue.items, unpack(ids)), redis.call('HMGET', queue.tries, unpack(ids))
  for n, id in ipairs(ids) do
    local times, limit = tonumber(tries[n] or 0) + 1, wishes[taker][2]
    if not payloads[n] or limit > 0 and times > limit then
      bury(queue, id, tonumber(ARGV[1]))
    else
      give(id, payloads[n], times)
      taken[#taken + 1], leases[#leases + 1] = id, time + wishes[taker][1]
      taken[#taken + 1], leases[#leases + 1] = times, id
      taker = taker + 1
    end
  end
  if #taken > 0 then
    redis.call('HSET', queue.tries, unpack(taken))
    redis.call('ZADD', queue.leased, unpack(leases))
  end
end
while (most > 0 or count > 0) and taker <= #wishes do
  if most > 0 and redis.call('ZCARD', queue.leased) >= most then
    if redis.call('ZCARD', queue.ready) > 0 then redis.call('HSET', queue.state, 'blocked', 1) end
    break
  end
  late = rateWait(queue, time, count, per)
  if late > 0 then break end
  local id = redis.call('ZPOPMIN', queue.ready)[1]
  if not id then break end
  local payload = redis.call('HGET', queue.items, id)
  local tries, most = redis.call('HINCRBY', queue.tries, id, 1), wishes[taker][2]
  if not payload or most > 0 and tries > most then
    bury(queue, id, tonumber(ARGV[1]))
  else
    give(id, payload, tries)
    redis.call('ZADD', queue.leased, time + wishes[taker][1], id)
    noteTake(queue, time, count, per)
    taker = taker + 1
  end
end
reply[1] = nextDue(queue, time)
if late > 0 and redis.call('ZCARD', queue.ready) > 0 and (reply[1] == -1 or late < reply[1]) then reply[1] = math.ceil(late) end
return reply`);

/**
 * Settles items. Arguments: the most bytes of dead letters, then for each item
 * its tries, a time, what to do and its id, with spaces between. Replies with 1
 * or, when the lease was lost, 0 for each; with 1 when none was.
 */
export const settleItems: Script = createScript(`${QUEUE_FUNCTIONS}
local queue, time, results, rings = open(KEYS[1]), now(), {}, false
if wakeAllDue(queue, time) > 0 then rings = true end
-- Acknowledgements in a row are done by few commands.
local acked, tokens = {}, {}
local function ack()
  if #acked == 0 then return end
  local leases, tries = redis.call('ZMSCORE', queue.leased, unpack(acked)), redis.call('HMGET', queue.tries, unpack(acked))
  local done, ids = {}, {}
  for n, id in ipairs(acked) do
    local isHeld = leases[n] and tries[n] == tokens[n] and not done[id]
    results[#results + 1] = isHeld and 1 or 0
    if isHeld then done[id], ids[#ids + 1] = true, id end
  end
  acked, tokens = {}, {}
  if #ids == 0 then return end
  redis.call('ZREM', queue.leased, unpack(ids))
  free(queue)
  forgetMany(queue, ids)
end
for i = 2, #ARGV do
  local token, wait, what, id = string.match(ARGV[i], '^(%d+) (%S+) (%a+) (.*)$')
  local ms = tonumber(wait)
  if what == 'ack' then
    acked[#acked + 1], tokens[#tokens + 1] = id, token
  else
    ack()
  end
  if what == 'ack' then
    -- Settled with those beside it.
  elseif claim(queue, id, token) then
    results[#results + 1] = 1
    if what == 'extend' then
      redis.call('ZADD', queue.leased, time + ms, id)
    else
      redis.call('ZREM', queue.leased, id)
      free(queue)
      if what == 'reject' then
        bury(queue, id, tonumber(ARGV[1]))
      elseif what == 'untake' then
        redis.call('HINCRBY', queue.tries, id, -1)
        local first = redis.call('ZRANGE', queue.ready, 0, 0, 'WITHSCORES')
        redis.call('ZADD', queue.ready, string.format('%.0f', tonumber(first[2] or 0) - 1), id)
        rings = true
      elseif ms > 0 then
        redis.call('ZADD', queue.delayed, time + ms, id)
        rings = true
      else
        offer(queue, id)
        rings = true
      end
    end
  else
    results[#results + 1] = 0
  end
end
ack()
if rings then ring(queue) end
for _, result in ipairs(results) do
  if result == 0 then return results end
end
return 1`);

/** Counts items: replies with those that are ready, delayed, leased and dead. */
export const countItems: Script = createScript(`${QUEUE_FUNCTIONS}
local queue = open(KEYS[1])
if wakeAllDue(queue, now()) > 0 then ring(queue) end
return {
  redis.call('ZCARD', queue.ready),
  redis.call('ZCARD', queue.delayed) + tonumber(redis.call('HGET', queue.state, 'waiting') or 0), redis.call('ZCARD', queue.leased),
  redis.call('HLEN', open(KEYS[1]..':dead').items),
}`);

/** Shows items. Argument: how many. Replies as `takeItems` does. */
export const peekItems: Script = createScript(`${QUEUE_FUNCTIONS}
local queue, reply = open(KEYS[1]), { -1, 0 }
if wakeAllDue(queue, now()) > 0 then ring(queue) end
for _, id in ipairs(redis.call('ZRANGE', queue.ready, 0, ARGV[1] - 1)) do
  local payload = redis.call('HGET', queue.items, id)
  if payload then
    reply[#reply + 1] = id
    reply[#reply + 1] = payload
    reply[#reply + 1] = tonumber(redis.call('HGET', queue.tries, id) or 0)
  end
end
return reply`);

/** Removes an item that is not leased. Argument: its id. Replies with 1, or 0 when there is none. */
export const removeItem: Script = createScript(`${QUEUE_FUNCTIONS}
local queue = open(KEYS[1])
wakeAllDue(queue, now())
local key = redis.call('HGET', queue.keyed, ARGV[1])
local isWaiting = key and redis.call('HGET', queue.heads, key) ~= ARGV[1]
if not isWaiting and redis.call('ZREM', queue.ready, ARGV[1]) + redis.call('ZREM', queue.delayed, ARGV[1]) == 0 then return 0 end
forget(queue, ARGV[1])
return 1`);

/** Removes all items that are not leased, and replies with their number. */
export const purgeItems: Script = createScript(`${QUEUE_FUNCTIONS}
local queue = open(KEYS[1])
wakeAllDue(queue, now())
local waiting = 0
-- Those that wait first: removed in this order, none of them gets its turn in between.
if tonumber(redis.call('HGET', queue.state, 'waiting') or 0) > 0 then
  for _, key in ipairs(redis.call('HKEYS', queue.heads)) do
    for _, id in ipairs(redis.call('LRANGE', lineOf(queue, key), 0, -1)) do
      forget(queue, id)
      waiting = waiting + 1
    end
  end
end
return waiting + forgetAll(queue, queue.ready) + forgetAll(queue, queue.delayed)`);

/** Puts dead letters back. Argument: how many. Replies with their number. */
export const replayItems: Script = createScript(`${QUEUE_FUNCTIONS}
local queue, dead = open(KEYS[1]), open(KEYS[1]..':dead')
wakeAllDue(dead, now())
local ids = redis.call('ZRANGE', dead.ready, 0, ARGV[1] - 1)
for _, id in ipairs(ids) do
  redis.call('ZREM', dead.ready, id)
  local payload = forget(dead, id)
  if payload then add(queue, id, payload) end
end
if #ids > 0 then ring(queue) end
return #ids`);
