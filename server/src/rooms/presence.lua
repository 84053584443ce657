-- A node's count of viewers in a room, and the sum of the other nodes'. A node that stops telling is left out after
-- its life.
-- KEYS[1] hash: node -> "count expiresAtMs"   ARGV[1] node, ARGV[2] its count (0 takes it away), ARGV[3] life in ms
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
if tonumber(ARGV[2]) > 0 then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', nowMs + ARGV[3]))
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end
local others = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local count, expiresAtMs = string.match(all[i + 1], '^(%d+) (%d+)$')
  if not count or tonumber(expiresAtMs) < nowMs then
    redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] ~= ARGV[1] then
    others = others + tonumber(count)
  end
end
return others
