import { randomInt } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { type Redis, redisScript } from '../kernel/redis.ts'
import { createPause } from '../kernel/redis-pause.ts'
import { createWaitingRoom, type WaitingRoomLimits } from './waiting-room.ts'

export interface DoorLimits extends WaitingRoomLimits {
  /** Whose turns are asked for in one call. */
  readonly turnsMax: number
  readonly redisPauseMs: number
}

interface Waiter {
  readonly personId: string
  /** By `performance.now()`; null until the draw is over. */
  turnAt: number | null
  readonly told: (waitMs: number) => void
  readonly admit: () => void
  readonly refuse: (why: Fault) => void
}

/** Who waits here for a SKU. Empty lines are forgotten. */
interface Line {
  waiters: Set<Waiter>
  drawAt: number | null
}

const KEPT_MS = 5000
const LOT = 2 ** 47

/**
 * Before the gate of a flash sale: one rate and one draw for a SKU, whichever of the server's processes a buyer came to.
 * Redis gives lots and places (draw.lua); when a turn comes follows from its place, so each process admits its own at
 * their times and asks nothing more. Nobody waits longer than the draw and `waitersMax / admittedPerS` seconds. A process
 * that dies loses who waited there, and buyers ask again under their keys. With Redis away or stalled each process has
 * a draw of its own (waiting-room.ts).
 */
export function createDoor(deps: { redis: Redis; clock: Clock; log: Log; limits: DoorLimits }) {
  const { redis, log, limits } = deps
  const alone = createWaitingRoom(limits, deps.clock)
  const runDraw = redisScript(redis, new URL('./draw.lua', import.meta.url))
  const runTurns = redisScript(redis, new URL('./draw-turns.lua', import.meta.url))
  const pause = createPause(redis, limits.redisPauseMs)
  const lines = new Map<string, Line>()
  const keysOf = (skuId: string) => [`draw:{${skuId}}`, `draw:{${skuId}}:lots`]
  const bounds = [limits.admittedPerS, limits.admittedAtOnce, limits.drawMs] as const
  let timer: NodeJS.Timeout | null = null

  function lost(error: unknown): void {
    pause.lost()
    log.warn({ err: error }, 'flash draw: Redis is away, each process draws for itself')
  }

  async function ask(skuId: string, personId: string): Promise<[string, number] | null> {
    if (!pause.reachable()) return null
    try {
      const lot = String(randomInt(LOT) / LOT)
      const answer = await runDraw(keysOf(skuId), ...bounds, limits.waitersMax, KEPT_MS, personId, lot)
      return answer as [string, number] // as draw.lua says
    } catch (error) {
      lost(error)
      return null
    }
  }

  function wait(
    skuId: string,
    personId: string,
    kind: string,
    ms: number,
    told: Waiter['told'],
  ): Promise<void> {
    const now = performance.now()
    const line = lines.get(skuId) ?? { waiters: new Set(), drawAt: null }
    lines.set(skuId, line)
    if (kind === 'draw') line.drawAt = now + ms
    else told(ms)
    timer ??= setInterval(tick, limits.tickMs).unref()
    return new Promise((admit, refuse) => {
      line.waiters.add({ personId, turnAt: kind === 'draw' ? null : now + ms, told, admit, refuse })
    })
  }

  function tick(): void {
    const now = performance.now()
    for (const [skuId, line] of lines) {
      if (line.drawAt !== null && now >= line.drawAt) {
        line.drawAt = null
        void learnTurns(skuId, line)
      }
      for (const waiter of line.waiters) {
        if (waiter.turnAt === null || waiter.turnAt > now) continue
        line.waiters.delete(waiter)
        waiter.admit()
      }
      if (line.waiters.size === 0) lines.delete(skuId)
    }
    if (lines.size === 0 && timer) {
      clearInterval(timer)
      timer = null
    }
  }

  /** The draw is over: when the turns of those here come. Who has none, because Redis lost it, is drawn here. */
  async function learnTurns(skuId: string, line: Line): Promise<void> {
    const drawn = [...line.waiters].filter(({ turnAt }) => turnAt === null)
    for (let from = 0; from < drawn.length; from += limits.turnsMax) {
      const some = drawn.slice(from, from + limits.turnsMax)
      const turns = await turnsOf(skuId, some)
      const now = performance.now()
      some.forEach((waiter, i) => {
        const ms = turns[i] ?? -1
        if (ms >= 0) {
          waiter.turnAt = now + ms
          waiter.told(ms)
          return
        }
        line.waiters.delete(waiter)
        alone.enter(skuId, waiter.personId).then(waiter.admit, waiter.refuse)
      })
    }
  }

  async function turnsOf(skuId: string, waiters: readonly Waiter[]): Promise<number[]> {
    if (!pause.reachable()) return []
    try {
      const people = waiters.map(({ personId }) => personId)
      return (await runTurns(keysOf(skuId), ...bounds, ...people)) as number[]
    } catch (error) {
      lost(error)
      return []
    }
  }

  return {
    /** How many wait in this process, for all SKUs. */
    get waiting(): number {
      return [...lines.values()].reduce((sum, { waiters }) => sum + waiters.size, alone.waiting)
    },

    /** How many wait for a SKU in all processes; 0 with Redis away. */
    async waitingFor(skuId: string): Promise<number> {
      return (await ask(skuId, ''))?.[1] ?? 0
    },

    /**
     * Resolves when this buyer may go on. `told` hears how long that takes, once it is known and not at once.
     * @throws Fault `too_many_requests` where too many wait already
     */
    async enter(skuId: string, personId: string, told: Waiter['told'] = () => {}): Promise<void> {
      const answer = await ask(skuId, personId)
      if (!answer) return alone.enter(skuId, personId)
      const [kind, ms] = answer
      if (kind === 'in') return
      if (kind === 'full') throw new Fault('too_many_requests', { retryAfterMs: ms })
      return wait(skuId, personId, kind, ms, told)
    },

    /** Who still waits is told to ask again, of whichever process serves then. */
    close(): void {
      if (timer) clearInterval(timer)
      timer = null
      for (const { waiters } of lines.values()) {
        for (const { refuse } of waiters) refuse(new Fault('unavailable', { retryAfterMs: 1000 }))
      }
      lines.clear()
      alone.close()
    },
  }
}
