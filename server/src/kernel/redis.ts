import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Cluster, Redis } from 'ioredis'
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

/** Connections for what nodes tell each other: one takes commands, the other subscribes. */
export interface FanOut {
  redis: Redis | Cluster
  subscriber: Redis | Cluster
}

/** Several addresses are those of a Redis Cluster, one is a Redis. */
export function createFanOut(urls: readonly string[], shared: Redis, log: Log): FanOut {
  const [url] = urls
  if (url === undefined) return { redis: shared, subscriber: createSubscriber(shared) }
  if (urls.length === 1) {
    const redis = createRedis(url, log)
    return { redis, subscriber: createSubscriber(redis) }
  }
  const { username, password, protocol } = new URL(url)
  const cluster = new Cluster([...urls], {
    shardedSubscribers: true,
    redisOptions: {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
      commandTimeout: 2000,
      maxRetriesPerRequest: 1,
      autoResendUnfulfilledCommands: false,
    },
    clusterRetryStrategy: (attempt) => Math.min(attempt * 50, 1000),
  })
  cluster.on('error', (error) => log.warn({ err: error.message }, 'redis cluster'))
  return { redis: cluster, subscriber: cluster }
}

/** Nothing is subscribed to again by itself: whoever uses it knows what it wants to hear. */
const createSubscriber = (redis: Redis): Redis =>
  redis.duplicate({ autoResubscribe: false, maxRetriesPerRequest: null, commandTimeout: 5000 })

/**
 * A `.lua` file as a function: `const hold = redisScript(redis, url)`, called with its KEYS and its ARGV. Redis is sent the
 * script's hash, and the script itself only where it does not know it (any more).
 */
export function redisScript(redis: Redis | Cluster, file: URL) {
  const lua = readFileSync(file, 'utf8')
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (keys: readonly string[], ...args: (string | number)[]): Promise<unknown> => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      const unknown = error instanceof Error && error.message.startsWith('NOSCRIPT')
      if (!unknown) throw error
      return redis.eval(lua, keys.length, ...keys, ...args)
    }
  }
}
