import { useComputed, useSignal } from '@preact/signals'
import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { useMemo } from 'preact/hooks'
import { money } from '../../kit/format.ts'
import { language } from '../../kit/i18n.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { usePlayer } from '../context.ts'
import { quantityMax, quote, unitPrice } from '../pricing.ts'
import { PriceTag } from '../shop/price-tag.tsx'
import { ProductPicture } from '../shop/product-picture.tsx'
import { addressLine, isComplete } from './address.ts'
import { AddressForm } from './address-form.tsx'
import { createCheckout } from './checkout.ts'
import './checkout-sheet.css'
import { CheckoutTrouble } from './checkout-trouble.tsx'
import { PriceBreakdown } from './price-breakdown.tsx'
import './sheets.css'
import { SkuPicker } from './sku-picker.tsx'
import { Stepper } from './stepper.tsx'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

/** Buys one product without leaving the picture: option, quantity, address, total, order. */
export function CheckoutSheet({ itemId, skuId }: { itemId: string; skuId: string | null }) {
  const { state } = usePlayer()
  const { close } = useSheet()
  const t = sheetWords.value
  const item = state.room.value?.shelf.find((one) => one.id === itemId)
  if (item && item.skus.length > 0) return <CheckoutForm item={item} firstSkuId={skuId} />
  return (
    <Sheet title={t.checkout} onClose={close} clear testId="checkout-sheet">
      <Empty icon="bag" title={t.gone} />
    </Sheet>
  )
}

function CheckoutForm({ item, firstSkuId }: { item: ShelfItemView; firstSkuId: string | null }) {
  const player = usePlayer()
  const { show, close, signInFor } = useSheet()
  const t = sheetWords.value
  const currency = player.state.visit.value?.show.currency ?? 'CNY'
  const checkout = useMemo(() => createCheckout(language.peek() === 'zh-CN' ? 'CN' : 'US'), [])
  const skuId = useSignal(firstSkuId ?? (item.skus.find((sku) => sku.left > 0) ?? item.skus[0]!).id)
  const wantedQuantity = useSignal(1)
  const editing = useSignal(!isComplete(checkout.address.peek()))

  const sku = item.skus.find((one) => one.id === skuId.value) ?? item.skus[0]!
  const price = unitPrice(item, sku, player.running.value)
  const sale = player.running.value.find((one) => one.id === price.saleId) ?? null
  const max = quantityMax(sku, sale)
  const reckoned = quote(price, Math.min(wantedQuantity.value, max))
  const trouble = checkout.trouble.value
  // The server's word on the total goes before our own reckoning, until something else is chosen.
  const totalMinor = trouble?.kind === 'price_changed' ? trouble.totalMinor : reckoned.totalMinor
  const available = useComputed(() => player.state.room.value?.show.status !== 'ended').value && sku.left > 0

  const change = (apply: () => void) => {
    checkout.trouble.value = null
    apply()
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    const order = await checkout.place({
      showId: player.showId,
      skuId: sku.id,
      quantity: reckoned.quantity,
      saleId: price.saleId,
      expectedTotalMinor: totalMinor,
    })
    if (order) {
      show({ kind: 'order', orderId: order.id })
      return
    }
    const stopped = checkout.trouble.peek()
    if (stopped?.kind !== 'refused') return
    if (stopped.code === 'invalid_input') editing.value = true
    signInFor(stopped.error, { kind: 'checkout', itemId: item.id, skuId: sku.id })
  }

  return (
    <Sheet
      title={t.checkout}
      onClose={close}
      clear
      testId="checkout-sheet"
      foot={
        <div class="checkout-foot">
          <p class="checkout-foot__total">
            <span>{t.total}</span>
            <strong class="numeric" data-testid="checkout-total" data-total-minor={totalMinor}>
              {money(totalMinor, currency)}
            </strong>
          </p>
          <Button
            type="submit"
            form="checkout-form"
            look="sell"
            size="large"
            busy={checkout.busy.value}
            disabled={!available}
            data-testid="place-order"
          >
            {checkout.busy.value ? t.placing : available ? t.placeOrder : t.soldOut}
          </Button>
        </div>
      }
    >
      <form id="checkout-form" class="checkout" onSubmit={submit}>
        {trouble && <CheckoutTrouble trouble={trouble} currency={currency} />}
        <div class="checkout__item">
          <ProductPicture title={item.title} url={item.pictureUrl} />
          <div class="checkout__words">
            <h3 class="checkout__title">{item.title}</h3>
            <PriceTag value={price} />
          </div>
        </div>
        {item.skus.length > 1 && (
          <SkuPicker
            skus={item.skus}
            chosen={sku.id}
            onChoose={(next) => change(() => (skuId.value = next))}
          />
        )}
        <div class="checkout__quantity">
          <span>
            <span class="sheet-section__title">{t.quantity}</span>
            {max < 100 && <span class="checkout__limit numeric">{t.limit(max)}</span>}
          </span>
          <Stepper
            label={t.quantity}
            value={reckoned.quantity}
            max={max}
            testId="checkout-quantity"
            onValue={(next) => change(() => (wantedQuantity.value = next))}
          />
        </div>
        <section class="sheet-section">
          <div class="sheet-section__title">
            <h3>{t.address}</h3>
            {!editing.value && (
              <Button look="quiet" size="small" onClick={() => (editing.value = true)}>
                {t.editAddress}
              </Button>
            )}
          </div>
          {editing.value ? (
            <AddressForm value={checkout.address.value} onValue={(next) => (checkout.address.value = next)} />
          ) : (
            <p class="checkout__address" data-testid="checkout-address">
              {checkout.address.value.name} · {checkout.address.value.phone}
              <br />
              {addressLine(checkout.address.value, language.value)}
            </p>
          )}
        </section>
        <PriceBreakdown
          quote={trouble?.kind === 'price_changed' ? null : reckoned}
          totalMinor={totalMinor}
          currency={currency}
        />
      </form>
    </Sheet>
  )
}
