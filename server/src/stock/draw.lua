-- A buyer comes to the door of a flash sale's SKU, which all processes share. While demand stays under the rate they go
-- in at once. Beyond it whoever comes within the draw gets a random lot, and who comes after it the next place; once
-- the draw is over, a place says when its turn is, so that nobody need ask again.
--
-- KEYS  1 draw:{sku}        hash: free and at (admissions that were free at that time), drawAt (when the draw ends), n (places given)
--       2 draw:{sku}:lots   sorted set: person by lot, below 1 if drawn
-- ARGV  1 rate per second  2 admitted at once  3 ms of a draw  4 most that wait
--       5 ms that the keys are kept after the last turn  6 person, or '' to look  7 lot, a random number below 1
-- Answers {'in'}, {'full', ms until there is room}, {'draw', ms until it ends}, {'turn', ms until it comes}, and to who
--         looks {'waiting', how many}. Whoever's turn was goes to the end with the next request.

local door, lots = KEYS[1], KEYS[2]
local rate, at_once, draw_ms, most = tonumber(ARGV[1]) / 1000, tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local person = ARGV[6]
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000

local was = redis.call('HMGET', door, 'free', 'at', 'drawAt', 'n')
local free, at = tonumber(was[1] or at_once), tonumber(was[2] or now)
local draw_at, n = tonumber(was[3] or nil), tonumber(was[4] or 0)

-- What was saved up while the draw ran goes in at its end.
local burst = math.min(at_once, draw_ms * rate)
local function turn_of(place) return draw_at + math.max(0, place + 1 - burst) / rate end

local function keep(ms)
  redis.call('PEXPIRE', door, math.ceil(ms + ARGV[5]))
  redis.call('PEXPIRE', lots, math.ceil(ms + ARGV[5]))
end

if draw_at and now > turn_of(n - 1) then -- everybody's turn has come
  at = turn_of(n - 1)
  free = math.max(0, burst - n)
  draw_at = nil
  n = 0
  redis.call('DEL', door, lots)
end

local passed = 0
if draw_at and now >= draw_at then passed = math.min(n, math.floor((now - draw_at) * rate + burst)) end
if person == '' then return { 'waiting', n - passed } end

if not draw_at then
  free = math.min(at_once, free + (now - at) * rate)
  if free >= 1 then
    redis.call('HSET', door, 'free', tostring(free - 1), 'at', string.format('%.3f', now))
    keep(at_once / rate)
    return { 'in' }
  end
  draw_at = now + draw_ms
end

local place = redis.call('ZRANK', lots, person)
if place then
  if now < draw_at then return { 'draw', math.ceil(draw_at - now) } end
  if turn_of(place) > now then return { 'turn', math.ceil(turn_of(place) - now) } end
  person = person .. '#' .. n
end
if n - passed >= most then return { 'full', math.ceil((n - passed) / rate) } end
redis.call('ZADD', lots, now < draw_at and ARGV[7] or 1 + n, person)
n = n + 1
redis.call('HSET', door, 'drawAt', string.format('%.3f', draw_at), 'n', n)
keep(turn_of(n - 1) - now)
if now < draw_at then return { 'draw', math.ceil(draw_at - now) } end
return { 'turn', math.ceil(turn_of(n - 1) - now) }
