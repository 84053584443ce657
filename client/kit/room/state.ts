import type { Down, DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { BattleScore } from '@shelfcast/shared/protocol/parts.ts'
import type { RoomState } from './types.ts'

/** How many lines and tips a state keeps; a snapshot brings fewer. */
const CHAT_KEPT = 100
const TIPS_KEPT = 20

/**
 * The room after an event: a new state where the event changes it, else the same one. Pure; applying an event twice
 * is the same as once. Events are given in order of position; whether one is missing is not seen here.
 */
export function applyEvent(state: RoomState, event: Down): RoomState {
  switch (event.t) {
    case 'show':
      return { ...state, show: event.show }
    case 'shelf':
      return { ...state, shelf: event.items }
    case 'pinned':
      return { ...state, pinnedItemId: event.itemId, pinnedAt: event.at ?? null }
    case 'sale':
      return { ...state, sales: upsert(state.sales, event.sale) }
    case 'deleted':
      return withoutLines(state, event.lineIds)
    case 'pinned_line':
      return { ...state, pinnedLine: event.line }
    case 'layout':
      return { ...state, layout: event.layout }
    case 'battle':
      return { ...state, battle: event.battle.status === 'over' ? null : event.battle }
    case 'score':
      return isOlder(event.score, state.score) ? state : { ...state, score: event.score }
    case 'speaker':
      return { ...state, speakerId: event.personId }
    case 'stock':
      return withStock(state, event)
    case 'viewers':
      return { ...state, viewers: event.count }
    case 'likes': // one's own taps are counted before the server knows of them, and the total only grows
      return { ...state, likes: Math.max(state.likes, event.total) }
    case 'reach':
      return { ...state, whole: event.whole }
    case 'tip':
      return { ...state, recentTips: upsert(state.recentTips, event.tip).slice(-TIPS_KEPT) }
    case 'chat':
      return { ...state, recentChat: upsert(state.recentChat, event.line).slice(-CHAT_KEPT) }
    case 'media': // of a picture, not of the room
      return state
    default: // what is personal changes nothing that all see
      event satisfies DownOf<'personal'>
      return state
  }
}

function withoutLines(state: RoomState, lineIds: readonly string[]): RoomState {
  const isGone = ({ id }: { id: string }) => lineIds.includes(id)
  return {
    ...state,
    recentChat: state.recentChat.filter((line) => !isGone(line)),
    pinnedLine: state.pinnedLine && !isGone(state.pinnedLine) ? state.pinnedLine : null,
  }
}

/** Sums only grow: what was read earlier and comes later changes nothing. */
const isOlder = (score: BattleScore, known: BattleScore | null): boolean =>
  score.battleId === known?.battleId && coinsOf(score) < coinsOf(known)

const coinsOf = ({ own, rival }: BattleScore): number => own.coins + rival.coins

function withStock(state: RoomState, { key, left, sale }: Extract<Down, { t: 'stock' }>): RoomState {
  return {
    ...state,
    shelf: state.shelf.map((item) => {
      if (!item.skus.some((sku) => sku.id === key)) return item
      return { ...item, skus: item.skus.map((sku) => (sku.id === key ? { ...sku, left } : sku)) }
    }),
    sales: state.sales.map((one) => (one.id === sale?.id ? { ...one, left: sale.left } : one)),
    ...(sale && { waiting: { ...state.waiting, [sale.id]: sale.waiting ?? 0 } }),
  }
}

/** Replaces the item of the same id where it stands, or adds it at the end. */
function upsert<T extends { id: string }>(items: readonly T[], item: T): T[] {
  return items.some(({ id }) => id === item.id)
    ? items.map((one) => (one.id === item.id ? item : one))
    : [...items, item]
}
