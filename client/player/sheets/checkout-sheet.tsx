import { useSignal } from '@preact/signals'
import type { ShelfItemView, SkuView } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect } from 'preact/hooks'
import { isComplete } from '../../kit/address/address.ts'
import { errorText } from '../../kit/errors.ts'
import { Empty } from '../../kit/ui/empty.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { usePlayer } from '../context.ts'
import { CheckoutAddress } from './checkout-address.tsx'
import { CheckoutChoice } from './checkout-choice.tsx'
import { CheckoutFoot } from './checkout-foot.tsx'
import './checkout-sheet.css'
import { CheckoutTerms } from './checkout-terms.tsx'
import { CheckoutTrouble } from './checkout-trouble.tsx'
import { PriceBreakdown } from './price-breakdown.tsx'
import './sheets.css'
import { usePurchase } from './use-purchase.ts'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

const FORM_ID = 'checkout-form'

/** Buys one product without leaving the picture: option, quantity, address, total, order. */
export function CheckoutSheet({ itemId, skuId }: { itemId: string; skuId: string | null }) {
  const { state } = usePlayer()
  const { close } = useSheet()
  const t = sheetWords.value
  const item = state.room.value?.shelf.find((one) => one.id === itemId)
  const skus = item?.skus ?? []
  const first = skus.find(({ id }) => id === skuId) ?? skus.find(({ left }) => left > 0) ?? skus[0]
  if (item && first) return <CheckoutForm item={item} firstSku={first} />
  return (
    <Sheet title={t.checkout} onClose={close} clear testId="checkout-sheet">
      <Empty icon="bag" title={t.gone} />
    </Sheet>
  )
}

function CheckoutForm({ item, firstSku }: { item: ShelfItemView; firstSku: SkuView }) {
  const { state } = usePlayer()
  const { show, close, signInFor } = useSheet()
  const purchase = usePurchase(item, firstSku)
  const { checkout, totalMinor } = purchase
  const editing = useSignal(!isComplete(checkout.address.peek()))
  const currency = state.visit.value?.show.currency ?? 'CNY'
  const trouble = checkout.trouble.value

  useEffect(() => {
    void checkout.saved.load(checkout.address).then(() => {
      if (checkout.saved.items.peek().length > 0 && isComplete(checkout.address.peek())) editing.value = false
    })
  }, [])

  const submit = async (event: Event) => {
    event.preventDefault()
    const order = await purchase.place()
    if (order) {
      show({ kind: 'order', orderId: order.id })
      return
    }
    const stopped = checkout.trouble.peek()
    if (stopped?.kind !== 'refused') return
    if (stopped.code === 'invalid_input') editing.value = true
    signInFor(stopped.error, { kind: 'checkout', itemId: item.id, skuId: purchase.sku.id })
  }

  return (
    <Sheet
      title={sheetWords.value.checkout}
      onClose={close}
      clear
      testId="checkout-sheet"
      foot={<CheckoutFoot purchase={purchase} currency={currency} formId={FORM_ID} />}
    >
      <form id={FORM_ID} class="checkout" onSubmit={submit}>
        <CheckoutTerms purchase={purchase} />
        {trouble && <CheckoutTrouble trouble={trouble} currency={currency} />}
        <CheckoutChoice item={item} purchase={purchase} />
        <CheckoutAddress address={checkout.address} editing={editing} saved={checkout.saved} />
        {purchase.delivery.is === 'refused' &&
          purchase.delivery.error.problem.code === 'region_not_served' && (
            <p class="sheet-notice sheet-notice--bad" role="alert" data-testid="not-served">
              {errorText(purchase.delivery.error)}
            </p>
          )}
        <PriceBreakdown
          quote={trouble?.kind === 'price_changed' ? null : purchase.quote}
          delivery={purchase.delivery}
          shippingMinor={purchase.shippingMinor}
          totalMinor={totalMinor}
          currency={currency}
        />
      </form>
    </Sheet>
  )
}
