import type { Currency } from '@shelfcast/shared/money.ts'
import { codeText, errorText } from '../../kit/errors.ts'
import { money } from '../../kit/format.ts'
import type { Trouble } from './checkout.ts'
import { sheetWords } from './words.ts'

/** Says what stopped the order and what can be done. */
export function CheckoutTrouble({ trouble, currency }: { trouble: Trouble; currency: Currency }) {
  const code = trouble.kind === 'refused' ? trouble.code : trouble.kind
  return (
    <div class="sheet-notice sheet-notice--bad" role="alert" data-testid="checkout-error" data-code={code}>
      {sentences(trouble, currency).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  )
}

function sentences(trouble: Trouble, currency: Currency): string[] {
  const t = sheetWords.value
  switch (trouble.kind) {
    case 'price_changed':
      return [codeText('price_changed'), t.newTotal(money(trouble.totalMinor, currency))]
    case 'unanswered':
      return [t.unsure]
    case 'refused':
      return trouble.code === 'sold_out'
        ? [errorText(trouble.error), t.pickAnother]
        : [errorText(trouble.error)]
  }
}
