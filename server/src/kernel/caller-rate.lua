-- Counts one try each for some callers, in turn and by all their names, and says how long to wait where one of the names
-- has had its times.
--
-- KEYS  what is counted for each caller: by address, by device, by person
-- ARGV  1 ms of a window  2… how many times each of a caller's keys has in one
-- Answers for each caller the ms until the windows that are full end, 0 where the caller may go on.

local names = #ARGV - 1
local waits = {}
for first = 1, #KEYS, names do
  local wait = 0
  for i = 0, names - 1 do
    local key = KEYS[first + i]
    local times = redis.call('INCR', key)
    local left = redis.call('PTTL', key)
    if left < 0 then
      redis.call('PEXPIRE', key, ARGV[1])
      left = tonumber(ARGV[1])
    end
    if times > tonumber(ARGV[i + 2]) then wait = math.max(wait, left) end
  end
  table.insert(waits, wait)
end
return waits
