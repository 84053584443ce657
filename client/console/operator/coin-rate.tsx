import { useSignal } from '@preact/signals'
import type { CoinRate } from '@shelfcast/shared/api/tips.ts'
import { COIN_RATE_MAX } from '@shelfcast/shared/money.ts'
import { amountText, parseAmount } from '../../kit/amount.ts'
import { call } from '../../kit/api.ts'
import { money } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useSubmit } from '../../kit/use-submit.ts'
import { Form } from '../ui/form.tsx'
import { Panel } from '../ui/panel.tsx'
import { moneyWords } from './money-words.ts'

/** What coins of tips are worth to who earned them. */
export function CoinRatePanel() {
  const load = useLoad((signal) => call('GET /coin-rate', { signal }), [])
  return (
    <Panel title={moneyWords.value.coinRate}>
      <LoadView load={load}>{(rate) => <RateForm rate={rate} onChanged={load.set} />}</LoadView>
    </Panel>
  )
}

function RateForm({ rate, onChanged }: { rate: CoinRate; onChanged: (rate: CoinRate) => void }) {
  const t = moneyWords.value
  const text = useSignal(rate.version === 0 ? '' : amountText(rate.minorPer100Coins, rate.currency))
  const wrong = useSignal(false)
  const saving = useSubmit()
  const most = money(COIN_RATE_MAX, rate.currency)
  const save = () => {
    const minorPer100Coins = parseAmount(text.value, rate.currency) ?? 0
    wrong.value = minorPer100Coins < 1 || minorPer100Coins > COIN_RATE_MAX
    if (wrong.value) return
    void saving.run(async () => {
      onChanged(await call('PUT /coin-rate', { body: { minorPer100Coins } }))
      toast(t.coinRateSaved)
    })
  }
  return (
    <div class="settings__body">
      <p class="settings__text">{rate.version === 0 ? t.coinRateNone : t.coinRateText}</p>
      <Form onSubmit={save} failure={saving.failure.value}>
        <div class="settings__line">
          <TextField
            label={t.coinRateOf(rate.currency)}
            hint={t.coinRateHint(most)}
            error={wrong.value ? t.coinRateWrong(most) : null}
            value={text.value}
            onValue={(value) => (text.value = value)}
            required
            inputMode="decimal"
            autocomplete="off"
            maxLength={12}
            data-testid="coin-rate"
          />
          <Button type="submit" busy={saving.busy.value} data-testid="save-coin-rate">
            {t.feeSave}
          </Button>
        </div>
      </Form>
    </div>
  )
}
