/**
 * What Redis does to a queue, each in one step.
 *
 * A queue is made of keys that begin with the same name:
 * - `:items` a hash of the packed items by id,
 * - `:ready` a sorted set of ids, in the order in which they are taken,
 * - `:leased` and `:delayed` sorted sets of ids by the time that this ends,
 * - `:tries` a hash of how often each was taken, also the fence against those who lost their lease,
 * - `:priorities` a hash of those that are not 0,
 * - `:keys` a hash of dedup keys by id, and of ids by dedup key,
 * - `:heads` a hash of the item of each key whose turn it is,
 * - `:line:` and a key: a list of the ids of those that wait for it,
 * - `:keyed` a hash of the key of each item that has one,
 * - `:due` a hash of when the delay of those that wait is over,
 * - `:taken` a list of the times of the last takes that a rate limit counts,
 * - `:state` a hash with the last place in the order, the bytes held, the number of items dropped, those that
 *   wait for their turn, and whether somebody waits for a lease to end.
 *
 * All but `:items` are derived while a script runs, and an empty queue has no
 * keys at all. Times are those of the server.
 *
 * @module
 */

import { createScript, type Script } from "./scripts.ts";

/** A higher priority by one stands before so many items of the lower one: far more than a queue ever holds. */
const PLACES_A_PRIORITY = 2 ** 42;

/** What an item counts for beside its payload, so that empty ones do not add up for nothing. */
const OVERHEAD_BYTES = 128;

/** The takes that a rate limit counts at most; the contract has the same. */
const MAX_RATE_COUNT = 10_000;

/** The items whose time has come that one call takes care of; the next one goes on. */
const DUE_AT_ONCE = 1_000;

const QUEUE = `
local function open(base)
  return {
    base = base, items = base..':items', ready = base..':ready', leased = base..':leased', delayed = base..':delayed',
    tries = base..':tries', priorities = base..':priorities', keys = base..':keys',
    state = base..':state', heads = base..':heads', keyed = base..':keyed', due = base..':due', taken = base..':taken',
  }
end
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function ring(queue) redis.call('PUBLISH', queue.base..':bell', '') end
local function size(payload)
  return #payload + ${OVERHEAD_BYTES}
end
local function offer(queue, id)
  local place = redis.call('HINCRBY', queue.state, 'place', 1)
  local priority = redis.call('HGET', queue.priorities, id) or 0
  redis.call('ZADD', queue.ready, string.format('%.0f', place - priority * ${PLACES_A_PRIORITY}), id)
end
local function lineOf(queue, key) return queue.base..':line:'..key end
-- Lets an item be taken, now or when its delay is over.
local function begin(queue, id, due, time)
  if due > time then redis.call('ZADD', queue.delayed, due, id) else offer(queue, id) end
end
-- Puts an item behind those of its key, and says whether it has to wait there.
local function waits(queue, id, key, due)
  redis.call('HSET', queue.keyed, id, key)
  if redis.call('HSETNX', queue.heads, key, id) == 1 then return false end
  redis.call('RPUSH', lineOf(queue, key), id)
  redis.call('HINCRBY', queue.state, 'waiting', 1)
  if due > 0 then redis.call('HSET', queue.due, id, due) end
  return true
end
-- Gives the turn of an item that is gone to the next of its key.
local function moveUp(queue, id)
  local key = redis.call('HGET', queue.keyed, id)
  if not key then return end
  redis.call('HDEL', queue.keyed, id)
  if redis.call('HGET', queue.heads, key) ~= id then
    redis.call('HINCRBY', queue.state, 'waiting', -redis.call('LREM', lineOf(queue, key), 1, id))
    redis.call('HDEL', queue.due, id)
    return
  end
  local next = redis.call('LPOP', lineOf(queue, key))
  if not next then
    redis.call('HDEL', queue.heads, key)
    return
  end
  redis.call('HSET', queue.heads, key, next)
  redis.call('HINCRBY', queue.state, 'waiting', -1)
  local due = tonumber(redis.call('HGET', queue.due, next) or 0)
  redis.call('HDEL', queue.due, next)
  begin(queue, next, due, now())
  ring(queue)
end
local function forget(queue, id)
  local payload = redis.call('HGET', queue.items, id)
  if payload then redis.call('HINCRBY', queue.state, 'bytes', -size(payload)) end
  redis.call('HDEL', queue.items, id)
  redis.call('HDEL', queue.tries, id)
  redis.call('HDEL', queue.priorities, id)
  local key = redis.call('HGET', queue.keys, 'of:'..id)
  if key then redis.call('HDEL', queue.keys, 'of:'..id, 'is:'..key) end
  moveUp(queue, id)
  if redis.call('EXISTS', queue.items) == 0 then redis.call('DEL', queue.state, queue.ready, queue.leased, queue.delayed) end
  return payload
end
local function add(queue, id, payload)
  redis.call('HSET', queue.items, id, payload)
  redis.call('HINCRBY', queue.state, 'bytes', size(payload))
  offer(queue, id)
end
local function held(queue) return tonumber(redis.call('HGET', queue.state, 'bytes') or 0) end
local function dropOldest(queue, most)
  local dropped = 0
  while held(queue) > most do
    local oldest = redis.call('ZPOPMIN', queue.ready)
    if not oldest[1] then break end
    forget(queue, oldest[1])
    dropped = dropped + 1
  end
  if dropped > 0 and redis.call('EXISTS', queue.items) == 1 then redis.call('HINCRBY', queue.state, 'dropped', dropped) end
end
local function bury(queue, id, most)
  local dead = open(queue.base..':dead')
  local payload = forget(queue, id)
  if not payload then return end
  add(dead, id, payload)
  dropOldest(dead, most)
  ring(dead)
end
local function forgetAll(queue, set)
  local ids = redis.call('ZRANGE', set, 0, -1)
  for _, id in ipairs(ids) do
    redis.call('ZREM', set, id)
    forget(queue, id)
  end
  return #ids
end
-- Rings for those whom the number of leases keeps waiting.
local function free(queue)
  if redis.call('HDEL', queue.state, 'blocked') == 1 then ring(queue) end
end
-- How long a taker has to wait for the rate; 0 for not at all.
local function rateWait(queue, time, count, per)
  if count == 0 then return 0 end
  local oldest = redis.call('LINDEX', queue.taken, -count)
  if not oldest then return 0 end
  return math.max(0, tonumber(oldest) + per - time)
end
local function noteTake(queue, time, count, per)
  if count == 0 then return end
  redis.call('RPUSH', queue.taken, time)
  redis.call('LTRIM', queue.taken, -${MAX_RATE_COUNT}, -1)
  -- Another who gives a limit may count over a longer time.
  redis.call('PEXPIRE', queue.taken, math.max(1, math.ceil(per), redis.call('PTTL', queue.taken)))
end
local function wakeDue(queue, set, time)
  local due = redis.call('ZRANGEBYSCORE', set, '-inf', time, 'LIMIT', 0, ${DUE_AT_ONCE})
  for _, id in ipairs(due) do
    redis.call('ZREM', set, id)
    offer(queue, id)
  end
  return #due
end
local function wakeAllDue(queue, time) return wakeDue(queue, queue.leased, time) + wakeDue(queue, queue.delayed, time) end
local function nextDue(queue, time)
  local soonest = -1
  for _, set in ipairs({ queue.leased, queue.delayed }) do
    local first = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
    if first[2] then
      local left = math.max(0, tonumber(first[2]) - time)
      if soonest == -1 or left < soonest then soonest = left end
    end
  end
  return soonest
end
local function claim(queue, id, token)
  return redis.call('ZSCORE', queue.leased, id) and redis.call('HGET', queue.tries, id) == token
end
`;

/**
 * Puts items. Arguments: the most bytes, then for each item its id, payload,
 * priority, delay, dedup key and key, of which the last two may be empty. Replies for each with its
 * id, that of the one with the same key, or nothing when there was no room.
 */
export const putItems: Script = createScript(`${QUEUE}
local queue, most, time = open(KEYS[1]), tonumber(ARGV[1]), now()
local results, held, added = {}, held(queue), 0
for i = 2, #ARGV, 6 do
  local id, payload, priority, delay, key = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3]), ARGV[i + 4]
  local due = delay > 0 and time + delay or 0
  local twin = key ~= '' and redis.call('HGET', queue.keys, 'is:'..key)
  local bytes = size(payload)
  if twin then
    results[#results + 1] = twin
  elseif held + bytes > most then
    results[#results + 1] = ''
  else
    held, added = held + bytes, added + bytes
    redis.call('HSET', queue.items, id, payload)
    if priority ~= '0' then redis.call('HSET', queue.priorities, id, priority) end
    if key ~= '' then redis.call('HSET', queue.keys, 'is:'..key, id, 'of:'..id, key) end
    if ARGV[i + 5] == '' or not waits(queue, id, ARGV[i + 5], due) then begin(queue, id, due, time) end
    results[#results + 1] = id
  end
end
if added > 0 then redis.call('HINCRBY', queue.state, 'bytes', added) end
ring(queue)
return results`);

/**
 * Takes items. Arguments: the most bytes of dead letters, the most leases, the
 * count and the time of the rate, 0 for no limit each, then for each taker its
 * lease, and the most deliveries or 0. Replies with the time until an item
 * may come back, or -1, the number of items ever dropped, and then id, payload
 * and tries of each item.
 */
export const takeItems: Script = createScript(`${QUEUE}
local queue, time = open(KEYS[1]), now()
wakeAllDue(queue, time)
local reply = { 0, tonumber(redis.call('HGET', queue.state, 'dropped') or 0) }
local most, count, per = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local taker, late = 5, 0
while taker < #ARGV do
  if most > 0 and redis.call('ZCARD', queue.leased) >= most then
    if redis.call('ZCARD', queue.ready) > 0 then redis.call('HSET', queue.state, 'blocked', 1) end
    break
  end
  late = rateWait(queue, time, count, per)
  if late > 0 then break end
  local id = redis.call('ZPOPMIN', queue.ready)[1]
  if not id then break end
  local payload = redis.call('HGET', queue.items, id)
  local tries, most = redis.call('HINCRBY', queue.tries, id, 1), tonumber(ARGV[taker + 1])
  if not payload or most > 0 and tries > most then
    bury(queue, id, tonumber(ARGV[1]))
  else
    reply[#reply + 1] = id
    reply[#reply + 1] = payload
    reply[#reply + 1] = tries
    redis.call('ZADD', queue.leased, time + tonumber(ARGV[taker]), id)
    noteTake(queue, time, count, per)
    taker = taker + 2
  end
end
reply[1] = nextDue(queue, time)
if late > 0 and redis.call('ZCARD', queue.ready) > 0 and (reply[1] == -1 or late < reply[1]) then reply[1] = math.ceil(late) end
return reply`);

/**
 * Settles items. Arguments: the most bytes of dead letters, then for each item
 * what to do, its id, its tries and a time. Replies with 1 or, when the lease
 * was lost, 0 for each.
 */
export const settleItems: Script = createScript(`${QUEUE}
local queue, time, results, rings = open(KEYS[1]), now(), {}, false
if wakeAllDue(queue, time) > 0 then rings = true end
for i = 2, #ARGV, 4 do
  local what, id, token, ms = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
  if claim(queue, id, token) then
    results[#results + 1] = 1
    if what == 'extend' then
      redis.call('ZADD', queue.leased, time + ms, id)
    else
      redis.call('ZREM', queue.leased, id)
      free(queue)
      if what == 'ack' then
        forget(queue, id)
      elseif what == 'reject' then
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
if rings then ring(queue) end
return results`);

/** Counts items: replies with those that are ready, delayed, leased and dead. */
export const countItems: Script = createScript(`${QUEUE}
local queue = open(KEYS[1])
if wakeAllDue(queue, now()) > 0 then ring(queue) end
return {
  redis.call('ZCARD', queue.ready),
  redis.call('ZCARD', queue.delayed) + tonumber(redis.call('HGET', queue.state, 'waiting') or 0), redis.call('ZCARD', queue.leased),
  redis.call('HLEN', open(KEYS[1]..':dead').items),
}`);

/** Shows items. Argument: how many. Replies as `takeItems` does. */
export const peekItems: Script = createScript(`${QUEUE}
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
export const removeItem: Script = createScript(`${QUEUE}
local queue = open(KEYS[1])
wakeAllDue(queue, now())
local key = redis.call('HGET', queue.keyed, ARGV[1])
local isWaiting = key and redis.call('HGET', queue.heads, key) ~= ARGV[1]
if not isWaiting and redis.call('ZREM', queue.ready, ARGV[1]) + redis.call('ZREM', queue.delayed, ARGV[1]) == 0 then return 0 end
forget(queue, ARGV[1])
return 1`);

/** Removes all items that are not leased, and replies with their number. */
export const purgeItems: Script = createScript(`${QUEUE}
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
export const replayItems: Script = createScript(`${QUEUE}
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

/** The functions that the scripts of groups have in common with these. */
export const QUEUE_FUNCTIONS: string = QUEUE;
