import { useSignal, useSignalEffect } from '@preact/signals'
import type { Currency } from '@shelfcast/shared/money.ts'
import { useRef } from 'preact/hooks'
import { money } from '../../kit/format.ts'
import type { RoomState } from '../../kit/room.ts'
import { usePlayer } from '../context.ts'
import { itemPrice } from '../pricing.ts'
import { effectWords } from './words.ts'

/** Tells a screen reader what eyes see come up: another product on show, a flash sale that starts or ends. */
export function Announcer() {
  const { state, pricedAt } = usePlayer()
  const said = useSignal('')
  const before = useRef<RoomState | null>(null)
  useSignalEffect(() => {
    const room = state.room.value
    const news =
      room && before.current
        ? newsOf(before.current, room, pricedAt.peek(), state.visit.peek()?.show.currency)
        : null
    before.current = room
    if (news !== null) said.value = news
  })
  return (
    <p class="visually-hidden" aria-live="polite" data-testid="announcer">
      {said.value}
    </p>
  )
}

/** The newest thing that changed between two states of the room, or null where nothing is worth a word. */
function newsOf(before: RoomState, now: RoomState, atMs: number, currency: Currency = 'CNY'): string | null {
  const t = effectWords.peek()
  const titleOf = (skuId: string) => now.shelf.find((item) => item.skus.some(({ id }) => id === skuId))?.title
  for (const sale of now.sales) {
    const was = before.sales.find(({ id }) => id === sale.id)?.status
    const title = titleOf(sale.skuId)
    if (was === sale.status || title === undefined) continue
    const price = money(sale.priceMinor, currency)
    if (sale.status === 'countdown') return t.saleSoon(title, price)
    if (sale.status === 'running') return t.saleOn(title, price)
    if (was !== undefined) return t.saleOver(title)
  }
  const pinned = now.shelf.find(({ id }) => id === now.pinnedItemId)
  if (!pinned || now.pinnedItemId === before.pinnedItemId) return null
  const priceMinor = itemPrice(pinned, [], atMs)?.price.unitMinor ?? 0
  return t.onShow(pinned.title, money(priceMinor, currency))
}
