import type { DownOf, StateEvent } from '@shelfcast/shared/protocol/down.ts'
import { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Bus } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { startTimetable } from '../kernel/timetable.ts'
import { createCodes } from './codes.ts'
import { createMoves } from './moves.ts'
import { createReads } from './reads.ts'

export interface BattlesDeps {
  db: Db
  rooms: { publish(showId: string, event: StateEvent | DownOf<'latest'>, asOf?: number): void }
  outbox: Pick<Outbox, 'on'>
  bus: Pick<Bus, 'publish' | 'subscribe'>
  /** Whose end ends their battles at once; the timetable would do it a moment later. */
  shows: { onStatus(listener: (show: { status: string }) => void): () => void }
  clock: Clock
  log: Log
  /** Signs the codes by which other merchants challenge. */
  key: Uint8Array
  limits: Limits['battles']
}

export type Battles = ReturnType<typeof createBattles>

const CHANNEL = 'battles'
const heard = z.array(z.string())
/** A tip from before there were battles says nothing of them. */
const tipSent = z.object({ battleId: z.string().nullable().default(null) })

/** Battles of two shows for tips: a challenge, a few minutes in which tips count, a result. */
export function createBattles(deps: BattlesDeps) {
  const { rooms, outbox, bus, clock, log, limits } = deps
  const codes = createCodes({ key: deps.key, clock, codeMs: limits.codeMs })
  const reads = createReads(deps)
  const listeners = new Set<(showIds: readonly string[]) => void>()
  let timetable: ReturnType<typeof startTimetable> | null = null

  const hear = (showIds: readonly string[]): void => {
    for (const listener of listeners) listener(showIds)
  }
  const moves = createMoves({
    ...deps,
    codes,
    challenge: reads.challenge,
    moved(showIds) {
      hear(showIds)
      void bus.publish(CHANNEL, JSON.stringify(showIds))
      timetable?.wake() // to know of the new time
    },
  })
  const stopListening = deps.shows.onStatus((show) => {
    if (show.status === 'ended') timetable?.wake()
  })

  /** Battles whose score is about to be told: once for all tips of a moment. */
  const waiting = new Set<string>()
  outbox.on('tip.sent', (payload) => {
    const { battleId } = tipSent.parse(payload)
    if (battleId === null || waiting.has(battleId)) return
    waiting.add(battleId)
    setTimeout(() => {
      waiting.delete(battleId)
      tellScore(battleId).catch((error) => log.warn({ err: error, battleId }, 'a score could not be told'))
    }, limits.scoreEveryMs).unref()
  })

  async function tellScore(battleId: string): Promise<void> {
    for (const { showId, score, asOf } of await reads.scores(battleId)) {
      rooms.publish(showId, { t: 'score', key: 'score', score }, asOf)
    }
  }

  return {
    code: codes.make,
    openChallenge: reads.challenge,
    rivals: reads.rivals,
    roomBattle: reads.roomBattle,
    rivalsOf: reads.rivalsOf,
    challenge: moves.challenge,
    accept: moves.accept,
    refuse: moves.refuse,
    giveUp: moves.giveUp,
    advance: moves.advance,

    /**
     * Calls `listener` when battles or challenges of these shows changed, on whichever node; at most once, so that who
     * needs to know looks now and then. @returns how to stop it
     */
    onMoved(listener: (showIds: readonly string[]) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    /** Begins to end battles at their times, and to hear of what other nodes do. */
    async start(): Promise<void> {
      timetable ??= startTimetable({ ...deps, of: 'battles', moves, pollMs: limits.pollMs })
      await bus.subscribe(CHANNEL, (text) => {
        const parsed = heard.safeParse(parseJson(text))
        if (parsed.success) hear(parsed.data)
      })
    },

    async close(): Promise<void> {
      stopListening()
      await timetable?.close()
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
