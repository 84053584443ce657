-- When the turns of these people come, once the draw is over.
--
-- KEYS  as in draw.lua
-- ARGV  1 to 3 as in draw.lua  4… people
-- Answers the ms until the turn of each, -1 for who has none.

local rate, at_once, draw_ms = tonumber(ARGV[1]) / 1000, tonumber(ARGV[2]), tonumber(ARGV[3])
local draw_at = tonumber(redis.call('HGET', KEYS[1], 'drawAt') or nil)
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local burst = math.min(at_once, draw_ms * rate)

local turns = {}
for i = 4, #ARGV do
  local place = draw_at and redis.call('ZRANK', KEYS[2], ARGV[i])
  turns[i - 3] = place and math.max(0, math.ceil(draw_at + math.max(0, place + 1 - burst) / rate - now)) or -1
end
return turns
