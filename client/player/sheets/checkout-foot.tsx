import type { Currency } from '@shelfcast/shared/money.ts'
import { money } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { usePlayer } from '../context.ts'
import type { Purchase } from './use-purchase.ts'
import { sheetWords } from './words.ts'

interface Props {
  purchase: Purchase
  currency: Currency
  formId: string
}

/** The total and the button that orders, in view however long the form is. */
export function CheckoutFoot({ purchase, currency, formId }: Props) {
  const t = sheetWords.value
  const { available, checkout, totalMinor } = purchase
  const busy = checkout.busy.value
  return (
    <div class="checkout-foot">
      <p class="checkout-foot__total">
        <span>{t.total}</span>
        <strong class="numeric" data-testid="checkout-total" data-total-minor={totalMinor}>
          {money(totalMinor, currency)}
        </strong>
      </p>
      <Button
        type="submit"
        form={formId}
        look="sell"
        size="large"
        busy={busy}
        disabled={!available || !purchase.ready}
        data-testid="place-order"
      >
        {busy ? t.placing : available ? t.placeOrder : t.soldOut}
      </Button>
      {busy && <Turn skuId={purchase.sku.id} />}
    </div>
  )
}

/** An order of a rush that waits for its turn, and how long at most; said aloud once. */
function Turn({ skuId }: { skuId: string }) {
  const { now, state } = usePlayer()
  const draw = state.draw.value
  const leftS = draw?.skuId === skuId ? Math.ceil((draw.until - now.value) / 1000) : 0
  if (leftS <= 0) return null
  const t = sheetWords.value
  return (
    <p class="checkout-foot__turn" data-testid="order-turn">
      <span role="status">{t.inDraw}</span> <span class="numeric">{t.turnWithin(leftS)}</span>
    </p>
  )
}
