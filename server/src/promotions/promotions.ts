import type { Log } from '../kernel/log.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { startTimetable } from '../kernel/timetable.ts'
import { createCampaigns } from './campaigns.ts'
import { createMoves, type MovesDeps } from './moves.ts'
import { createSales } from './sales.ts'
import { createWaitingList, type WaitingListDeps } from './waiting-list.ts'

export interface PromotionsDeps extends Omit<MovesDeps, 'rooms'>, Omit<WaitingListDeps, 'rooms'> {
  rooms: MovesDeps['rooms'] & WaitingListDeps['rooms']
  /** Whose shows' beginning and end move their sales at once; the clock would do it a moment later. */
  shows: { onStatus(listener: (show: { status: string }) => void): () => void }
  log: Log
}

export type Promotions = ReturnType<typeof createPromotions>

/** Flash sales: a price and a capped quantity of one SKU, for a few minutes of a show. */
export function createPromotions(deps: PromotionsDeps) {
  const sales = createSales(deps)
  const moves = createMoves({ ...deps, sales })
  const waitingList = createWaitingList(deps)
  const campaigns = createCampaigns(deps)
  let sweeper: Closable | null = null
  let saleClock: ReturnType<typeof startTimetable> | null = null
  const stopListening = deps.shows.onStatus((show) => {
    if (show.status === 'ended' || show.status === 'live') saleClock?.wake()
  })

  return {
    waitingList,
    campaigns,
    list: sales.list,
    tenantOf: sales.tenantOf,
    roomSales: sales.roomSales,
    terms: sales.terms,
    async create(...terms: Parameters<typeof sales.create>): ReturnType<typeof sales.create> {
      const sale = await sales.create(...terms)
      if (sale.plannedAt !== null) saleClock?.wake() // to know of its time
      return sale
    },
    stop: moves.stop,
    history: sales.history,

    async narrow(...change: Parameters<typeof sales.narrow>): ReturnType<typeof sales.narrow> {
      const sale = await sales.narrow(...change)
      if (sale.plannedAt !== null) saleClock?.wake() // a shorter countdown begins later
      return sale
    },

    async start(...place: Parameters<typeof moves.start>): ReturnType<typeof moves.start> {
      const sale = await moves.start(...place)
      saleClock?.wake() // to know of the new time
      return sale
    },

    /** Begins to move sales at their times, and waiting lists with them. */
    run(): void {
      sweeper ??= startTicker('waiting lists', deps.limits.waitingSweepMs, deps.log, waitingList.sweep)
      saleClock ??= startTimetable({ ...deps, of: 'flash sales', moves, pollMs: deps.limits.pollMs })
    },

    async close(): Promise<void> {
      stopListening()
      await sweeper?.close()
      await saleClock?.close()
    },
  }
}
