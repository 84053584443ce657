import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { ChatLine, SaleView, Snapshot, TipView } from '@shelfcast/shared/protocol/parts.ts'
import type { RoomView } from '../../rooms/index.ts'

/** The domains that know what a room looks like, as far as they are asked here. */
export interface SnapshotSources {
  shows: {
    roomView(
      showId: string,
    ): Promise<Pick<Snapshot, 'show' | 'shelf' | 'pinnedItemId' | 'pinnedAt' | 'layout'>>
  }
  promotions: { roomSales(showId: string): Promise<SaleView[]> }
  chat: {
    recent(showId: string): Promise<ChatLine[]>
    pinnedLine(showId: string): Promise<ChatLine | null>
  }
  tips: { recent(showId: string): Promise<TipView[]> }
  battles: { roomBattle(showId: string): Promise<Pick<Snapshot, 'battle' | 'score'>> }
}

/** Composes a room's snapshot; the engine reads the position first and adds what it counts itself. */
export function roomView(showId: string, sources: SnapshotSources): RoomView {
  return {
    async compose() {
      const [room, sales, recentChat, pinnedLine, recentTips, battle] = await Promise.all([
        sources.shows.roomView(showId),
        sources.promotions.roomSales(showId),
        sources.chat.recent(showId),
        sources.chat.pinnedLine(showId),
        sources.tips.recent(showId),
        sources.battles.roomBattle(showId),
      ])
      return { ...room, ...battle, sales, recentChat, pinnedLine, recentTips }
    },

    giftsOf: ({ recentTips }) => recentTips.map((tip) => ({ t: 'tip', tip })),

    latestOf({ shelf, sales, score }) {
      const stock = shelf
        .flatMap((item) => item.skus)
        .map(({ id, left }): DownOf<'latest'> => {
          const sale = sales.find(({ skuId, status }) => skuId === id && isOpen(status))
          return { t: 'stock', key: id, left, sale: sale ? { id: sale.id, left: sale.left } : null }
        })
      return score ? [...stock, { t: 'score', key: 'score', score }] : stock
    },
  }
}

const isOpen = (status: SaleView['status']): boolean => status === 'countdown' || status === 'running'
