import type { Log } from '../kernel/log.ts'
import { startTicker } from '../kernel/ticker.ts'
import { LINES } from './lines.ts'
import { type DemoViewer, enter } from './viewer.ts'

/**
 * A day-long demo must not fill a disk: the crowd chats and shops only while somebody watches, and shops only so often
 * in one run; what it said is swept by `desk.ts`.
 */
const PACE = { tickMs: 1000, chatS: 5, likeS: 2, tipS: 45, buyS: 40, firstLines: 4 }
const SHOPPING_MAX = 300

export interface Crowd {
  /** People in the room who are not of the crowd. */
  watchers(): number
  close(): Promise<void>
}

/** A few viewers by a script, over real connections. @param tokens their sessions, one each */
export function startCrowd(deps: {
  url: string
  showId: string
  /** Everybody in the room, the crowd too. */
  connections(): number
  tokens: readonly string[]
  log: Log
}): Crowd {
  const viewers = deps.tokens.map((token) => enter(deps.url, deps.showId, token))
  const first = viewers[0]!.room
  let seconds = 0
  let shopped = 0
  let said = 0

  const present = (): number => viewers.filter(({ room }) => room.status === 'live').length
  const watchers = (): number => Math.max(0, deps.connections() - present())
  const turn = (every: number): boolean => seconds % every === 0
  const someone = (): DemoViewer => viewers[Math.floor(Math.random() * viewers.length)]!

  /** One of the crowd buys what is on flash sale now, else what is pinned. */
  async function shop(): Promise<void> {
    const state = first.state
    if (!state || shopped >= SHOPPING_MAX) return
    shopped++
    const sale = state.sales.find(({ status }) => status === 'running')
    const pinned = state.shelf.find(({ id }) => id === state.pinnedItemId)
    const sku = pinned?.skus[0]
    if (sale) await someone().buy(sale.skuId, sale.id, sale.priceMinor)
    else if (pinned && sku) await someone().buy(sku.id, null, pinned.livePriceMinor ?? sku.priceMinor)
  }

  async function step(): Promise<void> {
    seconds++
    if (first.state?.show.status !== 'live') return
    const isWatched = watchers() > 0
    if (turn(PACE.chatS) && (isWatched || said < PACE.firstLines)) {
      await viewers[said % viewers.length]!.room.say(LINES[said % LINES.length]!)
      said++
    }
    if (!isWatched) return
    if (turn(PACE.likeS)) someone().room.like(1 + Math.floor(Math.random() * 3))
    if (turn(PACE.tipS) && shopped++ < SHOPPING_MAX) await someone().tip(pick(['heart', 'flower', 'rocket']))
    if (turn(PACE.buyS)) await shop()
  }

  const ticker = startTicker('demo crowd', PACE.tickMs, deps.log, () =>
    // Sold out, a limit reached: what happens to buyers.
    step().catch((error: unknown) => deps.log.debug({ err: error }, 'a demo viewer was refused')),
  )

  return {
    watchers,
    async close() {
      await ticker.close()
      for (const viewer of viewers) viewer.leave()
    },
  }
}

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!
