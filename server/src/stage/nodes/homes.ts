import { z } from 'zod'
import { Fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { type Redis, redisScript } from '../../kernel/redis.ts'

/** Which node a show's hosts send to. */
export interface Home {
  readonly node: string
  readonly here: boolean
  /** Of the claim: a later one's is higher. */
  readonly fence: number
}

/** The homes of shows, claimed in Redis with a lease: a show has one at most, whichever node asks. */
export interface Homes {
  /** Claims a show that has no home; else says who has it. @throws Fault `unavailable` */
  claim(showId: string): Promise<Home>
  /**
   * Gives this node's claim a higher fence than Postgres has seen, which it may not have where Redis's clock was set back.
   * @returns it; null where this node has the home no more
   */
  raise(showId: string, above: number): Promise<number | null>
  /** Whose home the show is. @throws where Redis does not answer */
  find(showId: string): Promise<string | null>
  /** Whether this node has the show's home, as far as it knows. */
  has(showId: string): boolean
  /** Idempotent. */
  release(showId: string): void
  /** Keeps what this node has and `uses`; what it does not, two times running, is released. @throws where Redis does not answer */
  renew(uses: (showId: string) => boolean): Promise<void>
  /** Calls `lost` where another node has taken over a show meanwhile: this one was away too long. */
  onLost(lost: (showId: string) => void): void
}

interface HomesDeps {
  redis: Redis
  node: string
  leaseMs: number
  /** Whether no other node was there when Redis last answered: then a Redis that is away keeps nobody off the air. */
  alone(): boolean
  log: Log
}

const claimed = z.tuple([z.string(), z.coerce.number().int()])
const keyOf = (showId: string): string => `stage:home:${showId}`

export function createHomes({ redis, node, leaseMs, alone, log }: HomesDeps): Homes {
  const runClaim = redisScript(redis, new URL('./claim.lua', import.meta.url))
  const runRelease = redisScript(redis, new URL('./release.lua', import.meta.url))
  /** Fences of this node's claims. */
  const own = new Map<string, number>()
  /** Claimed and not used at the last renewal: who was to come did not. */
  const unused = new Set<string>()
  const listeners: ((showId: string) => void)[] = []

  const ask = async (showId: string, fence: number | '', instead: number | '' = '') =>
    claimed.parse(await runClaim([keyOf(showId)], node, leaseMs, fence, instead))

  async function keep(showId: string, fence: number): Promise<void> {
    const [holder, theirs] = await ask(showId, fence)
    if ((holder === node && theirs === fence) || own.get(showId) !== fence) return
    own.delete(showId)
    log.warn({ showId, holder }, 'another node has taken over a show')
    for (const listener of listeners) listener(showId)
  }

  function release(showId: string): void {
    const fence = own.get(showId)
    if (fence === undefined) return
    own.delete(showId)
    unused.delete(showId)
    // Where Redis does not answer the lease ends by itself.
    runRelease([keyOf(showId)], `${node} ${fence}`).catch(() => {})
  }

  return {
    async claim(showId) {
      const known = own.get(showId)
      if (known !== undefined) return { node, here: true, fence: known }
      let holder: string
      let fence: number
      try {
        ;[holder, fence] = await ask(showId, '')
      } catch (error) {
        if (!alone()) throw new Fault('unavailable', { cause: error, retryAfterMs: 1000 })
        ;[holder, fence] = [node, 0] // Postgres says what it has to be
      }
      if (holder === node) own.set(showId, fence)
      return { node: holder, here: holder === node, fence }
    },

    async raise(showId, above) {
      const fence = own.get(showId)
      if (fence === undefined) return null
      const raised = above + 1
      own.set(showId, raised) // a renewal that comes between must not find it lost
      const [holder, has] = await ask(showId, fence, raised).catch((): [string, number] =>
        alone() ? [node, raised] : ['', 0],
      )
      return holder === node && has === raised && own.has(showId) ? raised : null
    },

    async find(showId) {
      if (own.has(showId)) return node
      return (await redis.get(keyOf(showId)))?.split(' ')[0] ?? null
    },

    has: (showId) => own.has(showId),

    release,

    async renew(uses) {
      for (const showId of [...own.keys()]) {
        if (uses(showId)) unused.delete(showId)
        else if (unused.has(showId)) release(showId)
        else unused.add(showId)
      }
      await Promise.all([...own].map(([showId, fence]) => keep(showId, fence)))
    },

    onLost: (lost) => void listeners.push(lost),
  }
}
