import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { parseAmount } from '../../kit/amount.ts'
import { call } from '../../kit/api.ts'
import { createAttempts } from '../../kit/attempt.ts'
import { errorText } from '../../kit/errors.ts'
import { money } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import '../members/members-page.css'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import type { Balance } from './payouts-page.tsx'
import { payoutWords } from './words.ts'

/** Asks for some of what is available. A lost answer is asked for again under the same key, never twice. */
export function AskPayout({ balance, onAsked }: { balance: Balance; onAsked: () => void }) {
  const { tenantId } = useShop()
  const t = payoutWords.value
  const attempts = useMemo(() => createAttempts(), [tenantId])
  const text = useSignal('')
  const busy = useSignal(false)
  const wrong = useSignal<string | null>(null)
  const failure = useSignal<string | null>(null)
  const { availableMinor, currency } = balance
  const most = money(availableMinor, currency)

  const submit = async () => {
    const amountMinor = parseAmount(text.value, currency)
    failure.value = null
    wrong.value =
      amountMinor === null || amountMinor === 0
        ? t.amountWrong
        : amountMinor > availableMinor
          ? t.amountTooLarge(most)
          : null
    if (amountMinor === null || wrong.value !== null) return
    busy.value = true
    try {
      await attempts.run({ tenantId, amountMinor, currency }, (idempotencyKey) =>
        call('POST /tenants/:tenantId/payouts', {
          params: { tenantId },
          body: { amountMinor, currency },
          idempotencyKey,
        }),
      )
      toast(t.asked(money(amountMinor, currency)))
      text.value = ''
      onAsked()
    } catch (error) {
      failure.value = errorText(error)
      onAsked() // what is available may have changed meanwhile
    } finally {
      busy.value = false
    }
  }
  return (
    <>
      <h2>{t.ask}</h2>
      {availableMinor > 0 ? (
        <Form onSubmit={() => void submit()} failure={failure.value}>
          <TextField
            label={t.amount}
            hint={t.amountHint(most)}
            error={wrong.value}
            value={text.value}
            onValue={(value) => (text.value = value)}
            required
            inputMode="decimal"
            autocomplete="off"
            maxLength={20}
            data-testid="payout-amount"
          />
          <Button type="submit" wide busy={busy.value} data-testid="payout-ask">
            {t.send}
          </Button>
        </Form>
      ) : (
        <p class="table__soft">{t.nothingAvailable}</p>
      )}
    </>
  )
}
