-- Counts one try for a caller by all its names, and says how long to wait where one of them has had its times.
--
-- KEYS  what is counted: by address, by device, by person
-- ARGV  1 ms of a window  2… how many times each key has in one
-- Answers the ms until the windows that are full end, 0 where the caller may go on.

local wait = 0
for i, key in ipairs(KEYS) do
  local times = redis.call('INCR', key)
  local left = redis.call('PTTL', key)
  if left < 0 then
    redis.call('PEXPIRE', key, ARGV[1])
    left = tonumber(ARGV[1])
  end
  if times > tonumber(ARGV[i + 1]) then wait = math.max(wait, left) end
end
return wait
