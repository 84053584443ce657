-- The home of a show: the node that its hosts send to. Whoever asks first has it, for as long as it asks again.
-- KEYS[1] "node fence"   ARGV[1] node, ARGV[2] lease in ms, ARGV[3] the fence that it has already, or ''
-- Returns who has it, and that claim's fence: each claim's is higher than the one before.
local held = redis.call('GET', KEYS[1])
if held then
  local node, fence = string.match(held, '^(%S+) (%d+)$')
  if node == ARGV[1] then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
  return { node, fence }
end
local fence = ARGV[3]
if fence == '' then
  local time = redis.call('TIME')
  fence = string.format('%.0f', time[1] * 1000000 + time[2])
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. fence, 'PX', ARGV[2])
return { ARGV[1], fence }
