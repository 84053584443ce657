-- Holds units of a SKU for one line of one order, or says why not.
-- Atomic; the same hold id takes its units once.
--
-- KEYS  1 stock:{sku}          hash: epoch, rev, left, saleId, saleLeft
--       2 stock:{sku}:holds    sorted set: hold id by the time it expires
--       3 stock:{sku}:held     hash: hold id -> quantity|person|sale
--       4 stock:{sku}:buyers   hash: person, or sale|person -> units held or bought since the SKU was loaded
-- ARGV  1 hold id  2 epoch  3 person  4 quantity  5 limit per buyer or ''  6 sale or ''  7 sale's limit per buyer
--       8 ms that a hold lives  9 most expired holds to sweep
--       10 'look' to hold nothing, only to say whether it could
-- Answers {'held'}, {'seen'} to who looks, {'load'} (the SKU is not loaded under this epoch, or not with this sale),
--         {'refused', code, scope, number}: sold_out with what is left, buyer_limit with what the buyer has.

local stock, holds, held, buyers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, epoch, person, sale = ARGV[1], ARGV[2], ARGV[3], ARGV[6]
local quantity = tonumber(ARGV[4])

local loaded = redis.call('HMGET', stock, 'epoch', 'saleId')
if loaded[1] ~= epoch then return { 'load' } end
if redis.call('HEXISTS', held, id) == 1 then return { 'held' } end
if sale ~= '' and loaded[2] ~= sale then return { 'load' } end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

for _, old in ipairs(redis.call('ZRANGEBYSCORE', holds, '-inf', now, 'LIMIT', 0, ARGV[9])) do
  local units, who, of = string.match(redis.call('HGET', held, old) or '', '^(%d+)|([^|]*)|(.*)$')
  if units then
    redis.call('HINCRBY', stock, 'left', units)
    redis.call('HINCRBY', buyers, who, -units)
    if of ~= '' then
      redis.call('HINCRBY', buyers, of .. '|' .. who, -units)
      if of == loaded[2] then redis.call('HINCRBY', stock, 'saleLeft', units) end
    end
  end
  redis.call('ZREM', holds, old)
  redis.call('HDEL', held, old)
end

local function refuse(code, scope, number)
  return { 'refused', code, scope, tostring(number) }
end

local left = tonumber(redis.call('HGET', stock, 'left'))
if left < quantity then return refuse('sold_out', '', left) end
if sale ~= '' then
  local sale_left = tonumber(redis.call('HGET', stock, 'saleLeft'))
  if sale_left < quantity then return refuse('sold_out', sale, sale_left) end
end
if ARGV[5] ~= '' then
  local has = tonumber(redis.call('HGET', buyers, person) or '0')
  if has + quantity > tonumber(ARGV[5]) then return refuse('buyer_limit', '', has) end
end
if sale ~= '' then
  local has = tonumber(redis.call('HGET', buyers, sale .. '|' .. person) or '0')
  if has + quantity > tonumber(ARGV[7]) then return refuse('buyer_limit', sale, has) end
end

if ARGV[10] == 'look' then return { 'seen' } end
redis.call('HINCRBY', stock, 'left', -quantity)
redis.call('HINCRBY', stock, 'rev', 1)
redis.call('HINCRBY', buyers, person, quantity)
if sale ~= '' then
  redis.call('HINCRBY', stock, 'saleLeft', -quantity)
  redis.call('HINCRBY', buyers, sale .. '|' .. person, quantity)
end
redis.call('HSET', held, id, quantity .. '|' .. person .. '|' .. sale)
redis.call('ZADD', holds, now + ARGV[8], id)
for _, key in ipairs({ holds, held, buyers }) do
  redis.call('PEXPIRE', key, math.max(redis.call('PTTL', stock), 1000))
end
return { 'held' }
