-- Ends holds: `commit` when Postgres has the orders, `release` when it refused and the units are free again.
-- Ending a hold that is gone, or was made under another epoch, changes nothing.
--
-- KEYS  1 stock:{sku}  2 stock:{sku}:holds  3 stock:{sku}:held  4 stock:{sku}:buyers   (as in hold.lua)
-- ARGV  1 epoch  2 commit | release  3... hold ids
-- Answers how many holds it ended.

local stock, holds, held, buyers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local loaded = redis.call('HMGET', stock, 'epoch', 'saleId')
if loaded[1] ~= ARGV[1] then return 0 end

local ended = 0
for i = 3, #ARGV do
  local units, who, sale = string.match(redis.call('HGET', held, ARGV[i]) or '', '^(%d+)|([^|]*)|(.*)$')
  if units then
    ended = ended + 1
    redis.call('HDEL', held, ARGV[i])
    redis.call('ZREM', holds, ARGV[i])
    if ARGV[2] == 'release' then
      redis.call('HINCRBY', stock, 'left', units)
      redis.call('HINCRBY', buyers, who, -units)
      if sale ~= '' then
        redis.call('HINCRBY', buyers, sale .. '|' .. who, -units)
        if sale == loaded[2] then redis.call('HINCRBY', stock, 'saleLeft', units) end
      end
    end
  end
end
if ended > 0 then redis.call('HINCRBY', stock, 'rev', ended) end
return ended
