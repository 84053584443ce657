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
 * Registers a `.lua` file as a command: `const hold = redisScript<[string]>(redis, 'hold', url, 3)`; the first
 * `keys` arguments are KEYS, the rest ARGV.
 */
export function redisScript(redis: Redis, name: string, file: URL, keys: number) {
  redis.defineCommand(name, { numberOfKeys: keys, lua: readFileSync(file, 'utf8') })
  const run = (redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>)[name]!
  return (...args: (string | number)[]): Promise<unknown> => run.apply(redis, args)
}
