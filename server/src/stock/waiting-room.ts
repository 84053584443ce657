import { randomInt } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/errors.ts'

export interface WaitingRoomLimits {
  /** Buyers of one SKU that are let go on in a second. */
  readonly admittedPerS: number
  /** As many of them at once, before anybody waits. */
  readonly admittedAtOnce: number
  /** Who comes in so long after the first who had to wait takes part in the draw. */
  readonly drawMs: number
  readonly waitersMax: number
  readonly tickMs: number
}

interface Waiter {
  readonly personId: string
  readonly admit: () => void
  readonly refuse: (why: Fault) => void
}

/** What is at a SKU's door. Empty doors are forgotten. */
interface Door {
  /** Admissions that are free by now, at most `admittedAtOnce`. */
  free: number
  countedAt: number
  /** Until when who comes takes part in the draw; null while nobody waits. */
  drawAt: number | null
  drawn: Waiter[]
  later: Waiter[]
  /** Who waits, by person: asking twice is one lot. */
  readonly turns: Map<string, Promise<void>>
}

/**
 * The draw of one process, for when it cannot share one with the others (door.ts): while demand stays under the rate everybody goes through at once and in order. Beyond
 * it, those who come within the first second are admitted in the order of a draw (Fisher and Yates, by the system's
 * generator), so that a script that is milliseconds faster wins nothing by it; who comes later follows in order. A person
 * has one lot. Nobody waits longer than the draw and `waitersMax / admittedPerS` seconds. Who waits holds a place and
 * nothing else: a process that dies loses the draw, and buyers ask again under their keys.
 */
export function createWaitingRoom(
  limits: WaitingRoomLimits,
  clock: Clock,
  below: (n: number) => number = (n) => randomInt(n),
) {
  const doors = new Map<string, Door>()
  let timer: NodeJS.Timeout | null = null

  function doorOf(skuId: string, now: number): Door {
    const known = doors.get(skuId)
    if (known) return refill(known, now)
    const door: Door = {
      free: limits.admittedAtOnce,
      countedAt: now,
      drawAt: null,
      drawn: [],
      later: [],
      turns: new Map(),
    }
    doors.set(skuId, door)
    timer ??= setInterval(tick, limits.tickMs).unref()
    return door
  }

  function refill(door: Door, now: number): Door {
    const since = Math.max(0, now - door.countedAt)
    door.free = Math.min(limits.admittedAtOnce, door.free + (since * limits.admittedPerS) / 1000)
    door.countedAt = now
    return door
  }

  function tick(): void {
    const now = clock.now()
    for (const [skuId, door] of doors) {
      refill(door, now)
      if (door.drawAt !== null && now >= door.drawAt) letIn(door)
      if (door.drawAt === null && door.free >= limits.admittedAtOnce) doors.delete(skuId)
    }
    if (doors.size === 0 && timer) {
      clearInterval(timer)
      timer = null
    }
  }

  /** As many as are free: who was in the draw before who came after it. */
  function letIn(door: Door): void {
    while (door.free >= 1) {
      const next = takeAny(door.drawn, below) ?? door.later.shift()
      if (!next) {
        door.drawAt = null
        return
      }
      door.free--
      door.turns.delete(next.personId)
      next.admit()
    }
  }

  return {
    /** How many wait, for all SKUs. */
    get waiting(): number {
      return [...doors.values()].reduce((sum, { turns }) => sum + turns.size, 0)
    },

    /** Resolves when this buyer may go on. @throws Fault `too_many_requests` where too many wait already */
    async enter(skuId: string, personId: string): Promise<void> {
      const now = clock.now()
      const door = doorOf(skuId, now)
      if (door.drawAt === null && door.free >= 1) {
        door.free--
        return
      }
      const known = door.turns.get(personId)
      if (known) return known
      const ahead = door.turns.size
      if (ahead >= limits.waitersMax) {
        throw new Fault('too_many_requests', { retryAfterMs: (ahead * 1000) / limits.admittedPerS })
      }
      door.drawAt ??= now + limits.drawMs
      const line = now < door.drawAt ? door.drawn : door.later
      const turn = new Promise<void>((admit, refuse) => line.push({ personId, admit, refuse }))
      door.turns.set(personId, turn)
      return turn
    },

    /** Who still waits is told to ask again, of whichever process serves then. */
    close(): void {
      if (timer) clearInterval(timer)
      for (const { drawn, later } of doors.values()) {
        for (const { refuse } of [...drawn, ...later])
          refuse(new Fault('unavailable', { retryAfterMs: 1000 }))
      }
      doors.clear()
    },
  }
}

/** Takes one at random; the last fills its place, so that it costs the same from a long line. */
function takeAny<T>(from: T[], below: (n: number) => number): T | undefined {
  if (from.length === 0) return undefined
  const at = below(from.length)
  const taken = from[at]
  const last = from.pop()!
  if (at < from.length) from[at] = last
  return taken
}
