import { errorText } from '../../kit/errors.ts'
import { sheetWords } from './words.ts'

/** How sending a gift went. */
export type Outcome = { sent: true } | { sent: false; error: unknown }

export function TipOutcome({ outcome }: { outcome: Outcome | null }) {
  if (!outcome) return null
  return outcome.sent ? (
    <p class="sheet-notice sheet-notice--good" role="status" data-testid="tip-sent">
      {sheetWords.value.giftSent}
    </p>
  ) : (
    <p class="sheet-notice sheet-notice--bad" role="alert" data-testid="tip-error">
      {errorText(outcome.error)}
    </p>
  )
}
