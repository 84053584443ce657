-- A node says that it lives, and hears which others do. One that stops saying so is left out after its lease.
-- KEYS[1] hash: node -> "expiresAtMs about"   ARGV[1] node, ARGV[2] lease in ms, ARGV[3] about it ('' takes it away)
-- Returns 1 where the node was known before (else its lease had run out, or Redis lost its data), then the others.
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local living = { redis.call('HEXISTS', KEYS[1], ARGV[1]) }
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return living
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', nowMs + ARGV[2]) .. ' ' .. ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local expiresAtMs, about = string.match(all[i + 1], '^(%d+) (.*)$')
  if not expiresAtMs or tonumber(expiresAtMs) < nowMs then
    redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] ~= ARGV[1] then
    table.insert(living, all[i])
    table.insert(living, about)
  end
end
return living
