import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Ask, asking } from '../kernel/ask.ts'
import { Fault } from '../kernel/errors.ts'
import type { Channel, Step } from './channel.ts'

/** How the nodes share one encoding: the show's home films, the others ask it for each step of its channel. */

const bytes = z.base64()
const step = z.discriminatedUnion('is', [
  z.object({ is: z.literal('init'), init: z.int(), bytes }),
  z.object({
    is: z.literal('part'),
    ...{ msn: z.int(), init: z.int(), breaks: z.boolean(), breaksUntil: z.int(), atMs: z.number() },
    ...{ index: z.int(), durationMs: z.number(), key: z.boolean(), bytes },
  }),
])

/** To a show's home: what its channel did after so many steps. It answers within a second or two, or with nothing new. */
export const stepsOf = asking({
  name: 'hls.steps',
  input: z.object({ showId: z.string(), after: z.int() }),
  output: z.object({ key: z.string(), firstMsn: z.int(), next: z.int(), steps: z.array(step) }),
})
export type ToldSteps = z.output<typeof stepsOf.output>

export const toWire = (one: Step): z.output<typeof step> => ({ ...one, bytes: one.bytes.toString('base64') })
const fromWire = (one: z.output<typeof step>): Step => ({
  ...one,
  bytes: Buffer.from(one.bytes, 'base64'),
})

const AGAIN_MS = 500

/**
 * Keeps a channel to that of the show's home, until it closes. A home that has another one, or that is not reached for a
 * while, ends it: who asks next gets what there is then.
 */
export function startMirror(
  { ask, home, limits }: { ask: Pick<Ask, 'ask'>; home: string; limits: { readonly homeLostMs: number } },
  channel: Channel,
  first: ToldSteps,
): { close(): Promise<void> } {
  const closing = new AbortController()
  let after = take(first)
  let reachedAt = performance.now()

  function take({ next, steps }: ToldSteps): number {
    for (const one of steps) channel.take(fromWire(one))
    return next
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        const told = await ask.ask(home, stepsOf, { showId: channel.showId, after })
        if (told.key !== channel.key) return channel.close()
        after = take(told)
        reachedAt = performance.now()
      } catch (error) {
        if (!isUnreached(error)) reachedAt = performance.now()
        else if (performance.now() - reachedAt >= limits.homeLostMs) return channel.close()
        await sleep(AGAIN_MS, null, { ref: false, signal: closing.signal }).catch(() => {}) // cut short
      }
    }
  }

  const running = run()
  return {
    async close() {
      closing.abort()
      await running
    },
  }
}

/** Not what a home says while its host is away. */
const isUnreached = (error: unknown): boolean => error instanceof Fault && error.code === 'unavailable'
