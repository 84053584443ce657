import type { Cluster } from 'ioredis'
import * as z from 'zod/mini'
import { type Redis, redisScript } from '../kernel/redis.ts'

/** How much audience a room has on other nodes. A node that dies is counted for `lifeMs` more at most. */
export interface Presence {
  /**
   * Tells this node's count, 0 when it has nobody left, and asks for the others'.
   * @throws where Redis does not answer
   */
  tell(showId: string, own: number): Promise<number>
}

const others = z.int()

export function createPresence(deps: { redis: Redis | Cluster; node: string; lifeMs: number }): Presence {
  const script = redisScript(deps.redis, new URL('./presence.lua', import.meta.url))
  return {
    tell: async (showId, own) =>
      others.parse(await script([`room:{${showId}}:nodes`], deps.node, own, deps.lifeMs)),
  }
}
