-- The home of a show: the node that its hosts send to. Whoever asks first has it, for as long as it asks again.
-- KEYS[1] "node fence"   ARGV[1] node, ARGV[2] lease in ms, ARGV[3] the fence that it has already, or ''
-- ARGV[4] the fence that it needs instead of that one, or ''
-- Returns who has it, and that claim's fence: each claim's is higher than the one before, by Redis's clock.
local held = redis.call('GET', KEYS[1])
local fence = ARGV[4] ~= '' and ARGV[4] or ARGV[3]
if held then
  local node, has = string.match(held, '^(%S+) (%d+)$')
  if node ~= ARGV[1] then
    return { node, has }
  end
  if has ~= ARGV[3] then
    fence = has
  end
elseif fence == '' then
  local time = redis.call('TIME')
  fence = string.format('%.0f', time[1] * 1000000 + time[2])
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. fence, 'PX', ARGV[2])
return { ARGV[1], fence }
