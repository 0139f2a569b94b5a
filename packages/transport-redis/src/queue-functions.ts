/**
 * What the scripts of queues have in common.
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

/** A higher priority by one stands before so many items of the lower one: far more than a queue ever holds. */
const PLACES_A_PRIORITY = 2 ** 42;

/** What an item counts for beside its payload, so that empty ones do not add up for nothing. */
const OVERHEAD_BYTES = 128;

/** The takes that a rate limit counts at most; the contract has the same. */
const MAX_RATE_COUNT = 10_000;

/** The items whose time has come that one call takes care of; the next one goes on. */
const DUE_AT_ONCE = 1_000;

/** The functions that the scripts of queues and groups have in common. */
export const QUEUE_FUNCTIONS: string = `
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
local function endEmpty(queue)
  if redis.call('EXISTS', queue.items) == 0 then redis.call('DEL', queue.state, queue.ready, queue.leased, queue.delayed) end
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
  endEmpty(queue)
  return payload
end
-- As \`forget\` for each.
local function forgetMany(queue, ids)
  local bytes, names = 0, {}
  for _, payload in ipairs(redis.call('HMGET', queue.items, unpack(ids))) do
    if payload then bytes = bytes + size(payload) end
  end
  redis.call('HINCRBY', queue.state, 'bytes', -bytes)
  for _, set in ipairs({ queue.items, queue.tries, queue.priorities }) do redis.call('HDEL', set, unpack(ids)) end
  for n, id in ipairs(ids) do names[n] = 'of:'..id end
  for n, key in ipairs(redis.call('HMGET', queue.keys, unpack(names))) do
    if key then redis.call('HDEL', queue.keys, names[n], 'is:'..key) end
  end
  for n, key in ipairs(redis.call('HMGET', queue.keyed, unpack(ids))) do
    if key then moveUp(queue, ids[n]) end
  end
  endEmpty(queue)
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
