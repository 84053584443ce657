import { useSignal } from '@preact/signals'
import type { PayoutView } from '@shelfcast/shared/api/payouts.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { dateTime, money } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field, TextField } from '../../kit/ui/field.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { Form } from '../ui/form.tsx'
import { Panel } from '../ui/panel.tsx'
import { moneyWords } from './money-words.ts'

const OUTCOMES = ['paid', 'refused'] as const
type Outcome = (typeof OUTCOMES)[number]

/** What merchants asked for and have not got yet. */
export function OpenPayouts() {
  const t = moneyWords.value
  const closing = useSignal<PayoutView | null>(null)
  const pages = usePages(
    (after, signal) => call('GET /payouts', { query: { after, state: 'requested' }, signal }),
    [],
  )
  return (
    <Panel title={t.payouts}>
      <div class="settings__body">
        <LoadView load={pages}>
          {(payouts) =>
            payouts.length === 0 ? (
              <p class="settings__text">{t.noPayouts}</p>
            ) : (
              <ul class="settings__rows">
                {payouts.map((payout) => (
                  <PayoutRow key={payout.id} of={payout} onClose={() => (closing.value = payout)} />
                ))}
              </ul>
            )
          }
        </LoadView>
        <More pages={pages} />
      </div>
      {closing.value && (
        <ClosePayout of={closing.value} onClose={() => (closing.value = null)} onDone={pages.reload} />
      )}
    </Panel>
  )
}

function PayoutRow({ of, onClose }: { of: PayoutView; onClose: () => void }) {
  const t = moneyWords.value
  const amount = money(of.amountMinor, of.currency)
  return (
    <li class="settings__row" data-testid="open-payout">
      <span class="settings__grow">
        <strong class="numeric">{amount}</strong> · {of.merchant}
        <span class="settings__text settings__detail">
          {dateTime(of.at)} · <code>{of.id}</code>
        </span>
      </span>
      <Button look="plain" size="small" onClick={onClose} aria-label={t.closePayout(amount, of.merchant)}>
        {t.close}
      </Button>
    </li>
  )
}

/** Says what became of a payout; stays open when that was refused. */
function ClosePayout({ of, onClose, onDone }: { of: PayoutView; onClose: () => void; onDone: () => void }) {
  const t = moneyWords.value
  const outcome = useSignal<Outcome>('paid')
  const note = useSignal('')
  const busy = useSignal(false)
  const failure = useSignal<string | null>(null)
  const submit = async () => {
    busy.value = true
    failure.value = null
    try {
      await call('POST /payouts/:payoutId/close', {
        params: { payoutId: of.id },
        body: { state: outcome.value, note: note.value },
      })
      toast(t.saved)
      onClose()
    } catch (error) {
      failure.value = errorText(error)
    } finally {
      busy.value = false
      onDone()
    }
  }
  return (
    <Sheet
      title={t.payoutTitle(money(of.amountMinor, of.currency), of.merchant)}
      onClose={onClose}
      shape="dialog"
      testId="close-payout"
    >
      <Form onSubmit={() => void submit()} failure={failure.value}>
        <p class="settings__text">{t.payoutText}</p>
        <Field label={t.outcome}>
          {(control) => (
            <select
              {...control}
              value={outcome.value}
              onChange={(event) => {
                outcome.value = OUTCOMES.find((one) => one === event.currentTarget.value) ?? outcome.value
              }}
              data-testid="payout-outcome"
            >
              {OUTCOMES.map((one) => (
                <option key={one} value={one}>
                  {t.outcomes[one]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label={t.notes[outcome.value]}
          hint={t.noteHint}
          value={note.value}
          onValue={(value) => (note.value = value)}
          required
          maxLength={300}
          autocomplete="off"
          data-testid="payout-note"
        />
        <Button type="submit" wide busy={busy.value} data-testid="payout-close">
          {t.save}
        </Button>
      </Form>
    </Sheet>
  )
}
