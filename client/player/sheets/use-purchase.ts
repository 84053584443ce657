import { useSignal } from '@preact/signals'
import type { SaleView, ShelfItemView, SkuView } from '@shelfcast/shared/protocol/parts.ts'
import { useMemo } from 'preact/hooks'
import { language } from '../../kit/i18n.ts'
import { usePlayer } from '../context.ts'
import { tell } from '../facts/moments.ts'
import type { Player } from '../player.ts'
import { type Quote, quantityMax, quote, unitPrice } from '../pricing.ts'
import { forget, offerLeftMs } from '../waiting/waits.ts'
import { type Checkout, createCheckout, type Order } from './checkout.ts'
import { createSavedAddresses } from './saved-addresses.ts'
import { type Delivery, useDelivery } from './use-delivery.ts'

/** What is being bought, at what price, and the way to order it. */
export interface Purchase {
  readonly checkout: Checkout
  readonly sku: SkuView
  readonly quote: Quote
  readonly quantityMax: number
  readonly delivery: Delivery
  /** Null where it is not known yet. */
  readonly shippingMinor: number | null
  /** What will be ordered at: our own reckoning, or the server's word where the price has changed. */
  readonly totalMinor: number
  readonly available: boolean
  /** For how long the unit is set aside that the waiting list offers; null where it offers none. */
  readonly offerLeftMs: number | null
  /** The flash sale whose price this is. */
  readonly sale: SaleView | null
  /** False while the server is asked what delivery costs. */
  readonly ready: boolean
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
    return createCheckout(country, createSavedAddresses(), player)
  }, [])
  const skuId = useSignal(firstSku.id)
  const wanted = useSignal(1)

  const sku = item.skus.find((one) => one.id === skuId.value) ?? firstSku
  const offer = offerFor(player, sku)
  const running = offer ? [offer.sale] : player.running.value
  const price = unitPrice(item, sku, running, player.pricedAt.value)
  const sale = running.find((one) => one.id === price.saleId) ?? null
  const max = offer ? 1 : quantityMax(sku, sale)
  const reckoned = quote(price, Math.min(wanted.value, max))
  const trouble = checkout.trouble.value
  const choice = {
    showId: player.showId,
    skuId: sku.id,
    quantity: reckoned.quantity,
    saleId: price.saleId,
    offered: offer !== null,
    expectedTotalMinor: reckoned.totalMinor,
  }
  const delivery = useDelivery(choice, checkout.address.value)
  const shippingMinor = shippingOf(delivery)
  const totalMinor =
    trouble?.kind === 'price_changed' ? trouble.totalMinor : reckoned.totalMinor + (shippingMinor ?? 0)

  return {
    checkout,
    sku,
    quote: reckoned,
    delivery,
    shippingMinor,
    quantityMax: max,
    totalMinor,
    ready: delivery.is !== 'asking',
    offerLeftMs: offer?.leftMs ?? null,
    sale,
    available: (offer !== null || sku.left > 0) && player.state.room.value?.show.status !== 'ended',
    chooseSku(next) {
      checkout.trouble.value = null
      skuId.value = next
    },
    chooseQuantity(next) {
      checkout.trouble.value = null
      wanted.value = next
    },
    async place() {
      const { quantity, totalMinor: valueMinor } = reckoned
      tell({ is: 'bagged', productId: item.productId, skuId: sku.id, quantity, valueMinor })
      const order = await checkout.place({ ...choice, expectedTotalMinor: totalMinor })
      if (order && offer) forget(offer.sale.id)
      return order
    },
  }
}

/** What the last answer said, so that a total does not jump while the next one comes; null before the first. */
function shippingOf(delivery: Delivery): number | null {
  if (delivery.is === 'known') return delivery.quote.shippingMinor
  return delivery.is === 'asking' ? (delivery.before?.shippingMinor ?? null) : null
}

/** The sale of whose SKU the waiting list has set a unit aside for this viewer. */
function offerFor({ state, now }: Player, sku: SkuView): { sale: SaleView; leftMs: number } | null {
  for (const sale of state.room.value?.sales ?? []) {
    const leftMs = sale.skuId === sku.id ? offerLeftMs(sale.id, now) : null
    if (leftMs !== null) return { sale, leftMs }
  }
  return null
}
