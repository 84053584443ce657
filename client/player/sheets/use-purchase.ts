import { useSignal } from '@preact/signals'
import type { ShelfItemView, SkuView } from '@shelfcast/shared/protocol/parts.ts'
import { useMemo } from 'preact/hooks'
import { language } from '../../kit/i18n.ts'
import { usePlayer } from '../context.ts'
import { type Quote, quantityMax, quote, unitPrice } from '../pricing.ts'
import { type Checkout, createCheckout, type Order } from './checkout.ts'
import { createSavedAddresses } from './saved-addresses.ts'

/** What is being bought, at what price, and the way to order it. */
export interface Purchase {
  readonly checkout: Checkout
  readonly sku: SkuView
  readonly quote: Quote
  readonly quantityMax: number
  /** What will be ordered at: our own reckoning, or the server's word where the price has changed. */
  readonly totalMinor: number
  readonly available: boolean
  chooseSku(skuId: string): void
  chooseQuantity(quantity: number): void
  /** Null when it did not work; then `checkout.trouble` says why. */
  place(): Promise<Order | null>
}

/** Follows the shelf and the flash sales while a buyer chooses. */
export function usePurchase(item: ShelfItemView, firstSku: SkuView): Purchase {
  const player = usePlayer()
  const checkout = useMemo(() => {
    const country = language.peek() === 'zh-CN' ? 'CN' : 'US'
    return createCheckout(country, createSavedAddresses())
  }, [])
  const skuId = useSignal(firstSku.id)
  const wanted = useSignal(1)

  const sku = item.skus.find((one) => one.id === skuId.value) ?? firstSku
  const price = unitPrice(item, sku, player.running.value)
  const sale = player.running.value.find((one) => one.id === price.saleId) ?? null
  const max = quantityMax(sku, sale)
  const reckoned = quote(price, Math.min(wanted.value, max))
  const trouble = checkout.trouble.value
  const totalMinor = trouble?.kind === 'price_changed' ? trouble.totalMinor : reckoned.totalMinor

  return {
    checkout,
    sku,
    quote: reckoned,
    quantityMax: max,
    totalMinor,
    available: sku.left > 0 && player.state.room.value?.show.status !== 'ended',
    chooseSku(next) {
      checkout.trouble.value = null
      skuId.value = next
    },
    chooseQuantity(next) {
      checkout.trouble.value = null
      wanted.value = next
    },
    place: () =>
      checkout.place({
        showId: player.showId,
        skuId: sku.id,
        quantity: reckoned.quantity,
        saleId: price.saleId,
        expectedTotalMinor: totalMinor,
      }),
  }
}
