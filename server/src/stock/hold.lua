-- Holds units of a SKU for lines of orders, one after another, or says why not.
-- Atomic; the same hold id takes its units once.
--
-- KEYS  1 stock:{sku}          hash: epoch, rev, left, saleId, saleLeft
--       2 stock:{sku}:holds    sorted set: hold id by the time it expires
--       3 stock:{sku}:held     hash: hold id -> quantity|person|sale
--       4 stock:{sku}:buyers   hash: person, or sale|person -> units held or bought since the SKU was loaded
-- ARGV  1 epoch  2 ms that a hold lives  3 most expired holds to sweep
--       4... of each hold: its id, person, quantity, limit per buyer or '', sale or '', sale's limit per buyer,
--       and 'look' to hold nothing, only to say whether it could
-- Answers for each hold {'held'}, {'seen'} to who looks, {'load'} (the SKU is not loaded under this epoch, or not with
--         this sale), {'refused', code, scope, number}: sold_out with what is left, buyer_limit with what the buyer has.

local stock, holds, held, buyers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local FIRST, FIELDS = 4, 7
local answers = {}
local took = false

local loaded = redis.call('HMGET', stock, 'epoch', 'saleId')
if loaded[1] ~= ARGV[1] then
  for _ = FIRST, #ARGV, FIELDS do table.insert(answers, { 'load' }) end
  return answers
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local swept = false
-- Once a call, and only before units are looked at: a hold that is there stays.
local function sweep()
  if swept then return end
  swept = true
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', holds, '-inf', now, 'LIMIT', 0, ARGV[3])) do
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
end

local function refuse(code, scope, number)
  return { 'refused', code, scope, tostring(number) }
end

local function hold(id, person, quantity, limit, sale, sale_limit, look)
  if redis.call('HEXISTS', held, id) == 1 then return { 'held' } end
  if sale ~= '' and loaded[2] ~= sale then return { 'load' } end
  sweep()

  local left = tonumber(redis.call('HGET', stock, 'left'))
  if left < quantity then return refuse('sold_out', '', left) end
  if sale ~= '' then
    local sale_left = tonumber(redis.call('HGET', stock, 'saleLeft'))
    if sale_left < quantity then return refuse('sold_out', sale, sale_left) end
  end
  if limit ~= '' then
    local has = tonumber(redis.call('HGET', buyers, person) or '0')
    if has + quantity > tonumber(limit) then return refuse('buyer_limit', '', has) end
  end
  if sale ~= '' then
    local has = tonumber(redis.call('HGET', buyers, sale .. '|' .. person) or '0')
    if has + quantity > tonumber(sale_limit) then return refuse('buyer_limit', sale, has) end
  end

  if look == 'look' then return { 'seen' } end
  redis.call('HINCRBY', stock, 'left', -quantity)
  redis.call('HINCRBY', stock, 'rev', 1)
  redis.call('HINCRBY', buyers, person, quantity)
  if sale ~= '' then
    redis.call('HINCRBY', stock, 'saleLeft', -quantity)
    redis.call('HINCRBY', buyers, sale .. '|' .. person, quantity)
  end
  redis.call('HSET', held, id, quantity .. '|' .. person .. '|' .. sale)
  redis.call('ZADD', holds, now + ARGV[2], id)
  took = true
  return { 'held' }
end

for i = FIRST, #ARGV, FIELDS do
  table.insert(answers, hold(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), unpack(ARGV, i + 3, i + 6)))
end
if took then
  for _, key in ipairs({ holds, held, buyers }) do
    redis.call('PEXPIRE', key, math.max(redis.call('PTTL', stock), 1000))
  end
end
return answers
