/**
 * What Redis does for groups, each in one step.
 *
 * A group is a queue bound to a pattern. All bindings are in one sorted set, by
 * the time at which they end unless a member prolongs them; everything that
 * belongs to a group begins with the name of that set, so that in a Cluster all
 * of it is at one node.
 *
 * @module
 */

import { QUEUE_FUNCTIONS } from "./queue-functions.ts";
import { createScript, type Script } from "./scripts.ts";

const GROUPS = `${QUEUE_FUNCTIONS}
local function bind(pattern, base) return #pattern..' '..pattern..base end
local function unbind(binding)
  local length, rest = string.match(binding, '^(%d+) (.*)$')
  return string.sub(rest, 1, tonumber(length)), string.sub(rest, tonumber(length) + 1)
end
local function split(name)
  local segments = {}
  for segment in string.gmatch(name, '[^.]+') do segments[#segments + 1] = segment end
  return segments
end
local function matches(pattern, names)
  local open = pattern[#pattern] == '**'
  local fixed = open and #pattern - 1 or #pattern
  if open and #names <= fixed or not open and #names ~= fixed then return false end
  for i = 1, fixed do
    if pattern[i] ~= '*' and pattern[i] ~= names[i] then return false end
  end
  return true
end
local function erase(base)
  local queue = open(base)
  redis.call('DEL', queue.items, queue.ready, queue.leased, queue.delayed, queue.tries, queue.priorities, queue.keys, queue.state,
    base..':members', base..':most')
end
local function endLate(time)
  for _, binding in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', time)) do
    local _, base = unbind(binding)
    erase(base)
    redis.call('ZREM', KEYS[1], binding)
  end
end
local function withTopic(topic, payload)
  local count = struct.unpack('>I4', payload)
  local header = 4 * (count + 1)
  return struct.pack('>I4', count + 1)..struct.pack('>I4', #topic)..string.sub(payload, 5, header)..topic..string.sub(payload, header + 1)
end
`;

/**
 * Publishes. Arguments: what the channel of a topic begins with, an id, then
 * topics, each with the parcel of its messages. Replies with the number of
 * receivers and groups for each.
 */
export const publishMessages: Script = createScript(`${GROUPS}
local function unpackParcel(parcel)
  local count = struct.unpack('>I4', parcel)
  if count < 2147483648 then return { parcel } end
  local messages, at, length = {}, 5, 0
  for n = 1, count - 2147483648 do
    length, at = struct.unpack('>I4', parcel, at)
    messages[n] = string.sub(parcel, at, at + length - 1)
    at = at + length
  end
  return messages
end
local time, groups, replies = now(), {}, {}
endLate(time)
for _, binding in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local pattern, base = unbind(binding)
  groups[#groups + 1] = { pattern = split(pattern), queue = open(base), most = tonumber(redis.call('GET', base..':most') or 0) }
end
for i = 3, #ARGV, 2 do
  local topic, parcel = ARGV[i], ARGV[i + 1]
  local receivers = redis.call('PUBLISH', ARGV[1]..topic, parcel)
  local names = #groups > 0 and split(topic)
  for _, group in ipairs(groups) do
    if matches(group.pattern, names) then
      receivers = receivers + 1
      for n, payload in ipairs(unpackParcel(parcel)) do
        add(group.queue, ARGV[2]..':'..i..':'..n, withTopic(topic, payload))
      end
      dropOldest(group.queue, group.most)
      group.rings = true
    end
  end
  replies[#replies + 1] = receivers
end
for _, group in ipairs(groups) do
  if group.rings then ring(group.queue) end
end
return replies`);

/**
 * Joins a group, or stays in it. Arguments: its pattern, what its keys begin
 * with, the member, the bytes that it wants to be kept and the time for which
 * it stays. Replies with 1 when the group was there before.
 */
export const joinGroup: Script = createScript(`${GROUPS}
local time, base, ms = now(), ARGV[2], tonumber(ARGV[5])
local binding = bind(ARGV[1], base)
endLate(time)
local known = redis.call('ZSCORE', KEYS[1], binding) and 1 or 0
redis.call('ZADD', KEYS[1], time + ms, binding)
redis.call('ZADD', base..':members', time + ms, ARGV[3])
local most = math.max(tonumber(redis.call('GET', base..':most') or 0), tonumber(ARGV[4]))
redis.call('SET', base..':most', string.format('%.0f', most))
return known`);

/** Leaves a group, which ends with its last member. Arguments: its pattern, what its keys begin with, and the member. */
export const leaveGroup: Script = createScript(`${GROUPS}
local base = ARGV[2]
redis.call('ZREM', base..':members', ARGV[3])
redis.call('ZREMRANGEBYSCORE', base..':members', '-inf', now())
if redis.call('EXISTS', base..':members') == 1 then return 0 end
erase(base)
return redis.call('ZREM', KEYS[1], bind(ARGV[1], base))`);
