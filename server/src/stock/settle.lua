-- Ends a hold: `commit` when Postgres has the order, `release` when it refused and the units are free again.
-- Ending a hold that is gone, or was made under another epoch, changes nothing.
--
-- KEYS  1 stock:{sku}  2 stock:{sku}:holds  3 stock:{sku}:held  4 stock:{sku}:buyers   (as in hold.lua)
-- ARGV  1 hold id  2 epoch  3 commit | release
-- Answers 1 when it ended a hold, else 0.

local stock, holds, held, buyers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local loaded = redis.call('HMGET', stock, 'epoch', 'saleId')
if loaded[1] ~= ARGV[2] then return 0 end

local units, who, sale = string.match(redis.call('HGET', held, ARGV[1]) or '', '^(%d+)|([^|]*)|(.*)$')
if not units then return 0 end
redis.call('HDEL', held, ARGV[1])
redis.call('ZREM', holds, ARGV[1])
redis.call('HINCRBY', stock, 'rev', 1)
if ARGV[3] == 'release' then
  redis.call('HINCRBY', stock, 'left', units)
  redis.call('HINCRBY', buyers, who, -units)
  if sale ~= '' then
    redis.call('HINCRBY', buyers, sale .. '|' .. who, -units)
    if sale == loaded[2] then redis.call('HINCRBY', stock, 'saleLeft', units) end
  end
end
return 1
