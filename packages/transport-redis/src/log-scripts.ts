/**
 * What Redis does to a log, each in one step.
 *
 * A log is made of keys that begin with the same name:
 * - `:entries` a stream, each entry with its payload as `p` and its key, if it has one, as `k`,
 * - `:last` a hash of the id of the newest entry of each key,
 * - `:of:` and a key: a list of the ids of its entries,
 * - `:state` a hash with the epoch, the bytes held, the last id, the id up to which entries were trimmed, and the age at
 *   which they go.
 *
 * Times are those of the server, which are in the ids.
 *
 * @module
 */

import { createScript, type Script } from "./scripts.ts";

/** The entries that one call trims; the next one goes on. */
const TRIMMED_AT_ONCE = 10_000;

/** What one call reads, the first entry in any case. */
const READ_AT_ONCE = 256;
const READ_BYTES = 1024 * 1024;

/** What an entry counts for beside its payload, so that empty ones do not add up for nothing. */
const OVERHEAD_BYTES = 64;

const LOG = `
local log = {
  base = KEYS[1], entries = KEYS[1]..':entries', last = KEYS[1]..':last', state = KEYS[1]..':state',
}
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
local function isBefore(one, other)
  local oneMs, oneSeq = parts(one)
  local otherMs, otherSeq = parts(other)
  return oneMs < otherMs or oneMs == otherMs and oneSeq < otherSeq
end
local function state(field) return redis.call('HGET', log.state, field) end
local function trimmed() return state('trimmed') or '0-0' end
local function lastId() return state('last') or '0-0' end
local function weigh(payload, key) return #payload + #key + ${OVERHEAD_BYTES} end
local function read(entry)
  local fields = entry[2]
  return fields[2], fields[4] or ''
end
local function drop(entry)
  local payload, key = read(entry)
  redis.call('XDEL', log.entries, entry[1])
  redis.call('HINCRBY', log.state, 'bytes', -weigh(payload, key))
  if key ~= '' then
    local ids = log.base..':of:'..key
    redis.call('LREM', ids, 1, entry[1])
    if redis.call('EXISTS', ids) == 0 then redis.call('HDEL', log.last, key) end
  end
end
local function trimWhile(isToGo)
  for _ = 1, ${TRIMMED_AT_ONCE} do
    local oldest = redis.call('XRANGE', log.entries, '-', '+', 'COUNT', 1)[1]
    if not oldest or not isToGo(oldest) then return end
    drop(oldest)
    redis.call('HSET', log.state, 'trimmed', oldest[1])
  end
end
local function trimAged()
  local age = tonumber(state('age') or 0)
  if age == 0 then return end
  local since = now() - age
  trimWhile(function(oldest) return parts(oldest[1]) < since end)
end
`;

/**
 * Appends an entry. Arguments: an epoch, should the log have none, the most
 * entries, age, bytes and entries of a key, 0 for no bound of the others than
 * bytes, the entry's key, which may be empty, and its payload. Replies with the
 * log's epoch and the entry's id, or nothing when there is no room for it.
 */
export const appendEntry: Script = createScript(`${LOG}
local entries, age, bytes, perKey = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local key, payload = ARGV[6], ARGV[7]
if weigh(payload, key) > bytes then return {} end
redis.call('HSETNX', log.state, 'epoch', ARGV[1])
local id
if key == '' then id = redis.call('XADD', log.entries, '*', 'p', payload)
else id = redis.call('XADD', log.entries, '*', 'p', payload, 'k', key) end
redis.call('HSET', log.state, 'last', id, 'age', age)
redis.call('HINCRBY', log.state, 'bytes', weigh(payload, key))
if key ~= '' then
  local ids = log.base..':of:'..key
  redis.call('RPUSH', ids, id)
  redis.call('HSET', log.last, key, id)
  while perKey > 0 and redis.call('LLEN', ids) > perKey do
    local oldest = redis.call('LINDEX', ids, 0)
    local entry = redis.call('XRANGE', log.entries, oldest, oldest)[1]
    if entry then drop(entry) else redis.call('LPOP', ids) end
  end
end
trimWhile(function()
  return entries > 0 and redis.call('XLEN', log.entries) > entries or tonumber(state('bytes')) > bytes
end)
trimAged()
redis.call('PUBLISH', log.base..':bell', '')
return { state('epoch'), id }`);

/**
 * Finds where a reader begins. Arguments: \`now\`, \`start\`, \`last\`, \`time\` with
 * one in ms since 1970, or \`id\` with an epoch and an id. Replies with the epoch,
 * which may be empty, the id behind which to read, whether entries are missing
 * in front of it, and the ids of the last values; with nothing when entries
 * behind the id are missing.
 */
export const findPlace: Script = createScript(`${LOG}
trimAged()
local what, epoch = ARGV[1], state('epoch') or ''
if what == 'now' then return { epoch, lastId(), 0 } end
if what == 'start' then return { epoch, trimmed(), 0 } end
if what == 'last' then
  local reply = { epoch, lastId(), 0 }
  for _, id in ipairs(redis.call('HVALS', log.last)) do reply[#reply + 1] = id end
  return reply
end
if what == 'time' then
  local ms = tonumber(ARGV[2])
  if ms <= parts(trimmed()) then return { epoch, trimmed(), trimmed() == '0-0' and 0 or 1 } end
  local place = string.format('%.0f', ms - 1)..'-9007199254740991'
  if isBefore(lastId(), place) then place = lastId() end
  return { epoch, place, 0 }
end
if ARGV[2] == '' and trimmed() == '0-0' then return { epoch, '0-0', 0 } end
if ARGV[2] ~= epoch or isBefore(ARGV[3], trimmed()) or isBefore(lastId(), ARGV[3]) then return {} end
return { epoch, ARGV[3], 0 }`);

/**
 * Reads entries. Arguments: an epoch, the id behind which to read, and then
 * the ids of last values, which are read instead if there are some. Replies
 * with the log's epoch, the id to go on behind, whether entries are missing,
 * and then id, payload and key of each entry.
 */
export const readEntries: Script = createScript(`${LOG}
trimAged()
local epoch, place, isGap = state('epoch') or '', ARGV[2], 0
local bytes, count, reply = 0, 0, { epoch, place, 0 }
local function add(entry)
  local payload, key = read(entry)
  bytes, count = bytes + #payload, count + 1
  reply[#reply + 1] = entry[1]
  reply[#reply + 1] = payload
  reply[#reply + 1] = key
  return bytes < ${READ_BYTES} and count < ${READ_AT_ONCE}
end
if #ARGV > 2 then
  for i = 3, #ARGV do
    local entry = epoch == ARGV[1] and redis.call('XRANGE', log.entries, ARGV[i], ARGV[i])[1]
    if entry then add(entry)
    elseif epoch ~= ARGV[1] or not isBefore(trimmed(), ARGV[i]) then reply[3] = 1 end
  end
  return reply
end
if epoch ~= ARGV[1] and ARGV[1] ~= '' then place, isGap = '0-0', 1 end
if isBefore(place, trimmed()) then place, isGap = trimmed(), 1 end
if isBefore(lastId(), place) then place, isGap = lastId(), 1 end
local from = '('..place
for _ = 1, ${READ_AT_ONCE / 16} do
  local entries, goesOn = redis.call('XRANGE', log.entries, from, '+', 'COUNT', 16), true
  for _, entry in ipairs(entries) do
    place = entry[1]
    goesOn = add(entry)
    if not goesOn then break end
  end
  if #entries < 16 or not goesOn then break end
  from = '('..place
end
reply[2], reply[3] = place, isGap
return reply`);

/** Counts: replies with the entries and their bytes. */
export const measureLog: Script = createScript(`${LOG}
trimAged()
return { redis.call('XLEN', log.entries), tonumber(state('bytes') or 0) }`);

/** Removes all entries, and replies with their number. */
export const purgeEntries: Script = createScript(`${LOG}
local count = redis.call('XLEN', log.entries)
if count == 0 then return 0 end
for _, key in ipairs(redis.call('HKEYS', log.last)) do redis.call('DEL', log.base..':of:'..key) end
redis.call('XTRIM', log.entries, 'MAXLEN', 0)
redis.call('DEL', log.last)
redis.call('HSET', log.state, 'trimmed', lastId(), 'bytes', 0)
redis.call('PUBLISH', log.base..':bell', '')
return count`);
