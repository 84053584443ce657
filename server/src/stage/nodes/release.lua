-- Gives up a show's home, if this claim still has it.   KEYS[1] "node fence"   ARGV[1] that value
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
