-- Sets what is left of a SKU to what Postgres said, unless something has happened here since Postgres was asked.
-- With open holds it does nothing: their orders may or may not be in Postgres already, so the sum would be a guess.
-- Open holds end within seconds, and when nothing is left no new ones are made, so a quiet moment always comes.
--
-- KEYS  1 stock:{sku}  2 stock:{sku}:holds  3 stock:{sku}:held  4 stock:{sku}:buyers   (as in hold.lua)
-- ARGV  1 epoch  2 rev when Postgres was asked, '' when the SKU was not loaded  3 left  4 open sale or ''  5 left of it
--       6 ms that the SKU stays loaded
-- Answers 'busy', 'same' (nothing to repair), 'repaired' or 'loaded'.

local stock, holds, held, buyers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local was = redis.call('HMGET', stock, 'epoch', 'rev', 'left', 'saleId', 'saleLeft')
local rev = 0
local answer = 'loaded'

if was[1] == ARGV[1] then
  if was[2] ~= ARGV[2] then return 'busy' end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if redis.call('ZCOUNT', holds, '(' .. now, '+inf') > 0 then return 'busy' end
  rev = was[2] + 1
  local same = was[3] == ARGV[3] and was[4] == ARGV[4] and (ARGV[4] == '' or was[5] == ARGV[5])
  answer = same and 'same' or 'repaired'
end

-- What buyers have goes too: Postgres knows it, and what is counted here from now on is exact for the next rush.
redis.call('DEL', stock, holds, held, buyers)
redis.call('HSET', stock, 'epoch', ARGV[1], 'rev', rev, 'left', ARGV[3], 'saleId', ARGV[4], 'saleLeft', ARGV[5])
redis.call('PEXPIRE', stock, ARGV[6])
return answer
