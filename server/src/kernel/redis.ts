import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import type { Log } from './log.ts'

export type { Redis }

/**
 * A client for commands. A script may run twice if ioredis resends what got no answer, so resending is off, and
 * waiting is short: Redis rejects or admits, it never makes anybody wait.
 */
export function createRedis(url: string, log: Log, commandTimeoutMs = 2000): Redis {
  const redis = new Redis(url, {
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    enableReadyCheck: true,
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
    retryStrategy: (attempt) => Math.min(attempt * 50, 1000),
  })
  redis.on('error', (error) => log.warn({ err: error.message }, 'redis'))
  return redis
}

/**
 * A `.lua` file as a function: `const hold = redisScript(redis, url, 3)`; the first `keys` arguments are KEYS, the rest
 * ARGV. Redis is sent the script's hash, and the script itself only where it does not know it (any more).
 */
export function redisScript(redis: Redis, file: URL, keys: number) {
  const lua = readFileSync(file, 'utf8')
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (...args: (string | number)[]): Promise<unknown> => {
    try {
      return await redis.evalsha(sha, keys, ...args)
    } catch (error) {
      const unknown = error instanceof Error && error.message.startsWith('NOSCRIPT')
      if (!unknown) throw error
      return redis.eval(lua, keys, ...args)
    }
  }
}
