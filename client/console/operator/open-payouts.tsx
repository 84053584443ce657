import { useSignal } from '@preact/signals'
import type { PayoutView } from '@shelfcast/shared/api/payouts.ts'
import { call } from '../../kit/api.ts'
import { dateTime, money } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { SelectField } from '../../kit/ui/select-field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useSubmit } from '../../kit/use-submit.ts'
import { Form } from '../ui/form.tsx'
import { moneyWords } from './money-words.ts'
import { OpenList } from './open-list.tsx'

const OUTCOMES = ['paid', 'refused'] as const
type Outcome = (typeof OUTCOMES)[number]

/** What merchants and hosts asked for and have not got yet. */
export function OpenPayouts() {
  const t = moneyWords.value
  const closing = useSignal<PayoutView | null>(null)
  const pages = usePages(
    (after, signal) => call('GET /payouts', { query: { after, state: 'requested' }, signal }),
    [],
  )
  return (
    <OpenList
      title={t.payouts}
      none={t.noPayouts}
      pages={pages}
      row={(payout) => <PayoutRow key={payout.id} of={payout} onClose={() => (closing.value = payout)} />}
    >
      {closing.value && (
        <ClosePayout of={closing.value} onClose={() => (closing.value = null)} onDone={pages.reload} />
      )}
    </OpenList>
  )
}

function PayoutRow({ of, onClose }: { of: PayoutView; onClose: () => void }) {
  const t = moneyWords.value
  const amount = money(of.amountMinor, of.currency)
  return (
    <li class="settings__row" data-testid="open-payout">
      <span class="settings__grow">
        <strong class="numeric">{amount}</strong> · {of.payee}
        <span class="settings__text settings__detail">
          {of.tenantId === null && `${t.hostPayout} · `}
          {dateTime(of.at)} · <code>{of.id}</code>
        </span>
      </span>
      <Button look="plain" size="small" onClick={onClose} aria-label={t.closePayout(amount, of.payee)}>
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
  const sending = useSubmit()
  const submit = async () => {
    const params = { payoutId: of.id }
    const body = { state: outcome.value, note: note.value }
    if (await sending.run(() => call('POST /payouts/:payoutId/close', { params, body }))) {
      toast(t.saved)
      onClose()
    }
    onDone()
  }
  return (
    <Sheet
      title={t.payoutTitle(money(of.amountMinor, of.currency), of.payee)}
      onClose={onClose}
      shape="dialog"
      testId="close-payout"
    >
      <Form onSubmit={() => void submit()} failure={sending.failure.value}>
        <p class="settings__text">{t.payoutText}</p>
        <SelectField
          label={t.outcome}
          value={outcome.value}
          of={OUTCOMES}
          onValue={(value) => (outcome.value = value)}
          words={t.outcomes}
        />
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
        <Button type="submit" wide busy={sending.busy.value} data-testid="payout-close">
          {t.save}
        </Button>
      </Form>
    </Sheet>
  )
}
