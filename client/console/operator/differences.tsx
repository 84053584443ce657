import { useSignal } from '@preact/signals'
import type { DifferenceView } from '@shelfcast/shared/api/payments.ts'
import { CURRENCIES } from '@shelfcast/shared/money.ts'
import { call } from '../../kit/api.ts'
import { money } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useSubmit } from '../../kit/use-submit.ts'
import { Form } from '../ui/form.tsx'
import { moneyWords } from './money-words.ts'
import { OpenList } from './open-list.tsx'

/** Where a provider's statement and the books differ and nobody has said yet why. */
export function Differences() {
  const t = moneyWords.value
  const settling = useSignal<DifferenceView | null>(null)
  const pages = usePages(
    (after, signal) => call('GET /statement-differences', { query: { after, state: 'open' }, signal }),
    [],
  )
  return (
    <OpenList
      title={t.differences}
      none={t.noDifferences}
      pages={pages}
      row={(one) => <DifferenceRow key={one.id} of={one} onSettle={() => (settling.value = one)} />}
    >
      {settling.value && (
        <Settle of={settling.value} onClose={() => (settling.value = null)} onDone={pages.reload} />
      )}
    </OpenList>
  )
}

function DifferenceRow({ of, onSettle }: { of: DifferenceView; onSettle: () => void }) {
  const t = moneyWords.value
  return (
    <li class="settings__row" data-testid="difference">
      <span class="settings__grow">
        {t.kinds[of.kind]}
        <span class="settings__text settings__detail numeric">
          {t.movements[of.movement]} · {t.both(amountOf(of.oursMinor, of), amountOf(of.theirsMinor, of))}
        </span>
        <span class="settings__text settings__detail">
          {of.provider} · {of.day} · <code>{of.subject}</code>
        </span>
      </span>
      <Button look="plain" size="small" onClick={onSettle} aria-label={t.settleSubject(of.subject)}>
        {t.settle}
      </Button>
    </li>
  )
}

/** A provider may tell of a currency that we do not sell in; then the bare minor units are shown. */
function amountOf(amountMinor: number, { currency }: DifferenceView): string {
  const known = CURRENCIES.find((one) => one === currency)
  return known ? money(amountMinor, known) : `${amountMinor} ${currency}`
}

function Settle({ of, onClose, onDone }: { of: DifferenceView; onClose: () => void; onDone: () => void }) {
  const t = moneyWords.value
  const note = useSignal('')
  const settling = useSubmit()
  const submit = async () => {
    const params = { differenceId: of.id }
    const body = { note: note.value }
    const settled = await settling.run(() =>
      call('POST /statement-differences/:differenceId/settle', { params, body }),
    )
    if (settled) {
      toast(t.settled)
      onClose()
    }
    onDone()
  }
  return (
    <Sheet title={t.kinds[of.kind]} onClose={onClose} shape="dialog" testId="settle-difference">
      <Form onSubmit={() => void submit()} failure={settling.failure.value}>
        <p class="settings__text">{t.settleText}</p>
        <TextField
          label={t.found}
          value={note.value}
          onValue={(value) => (note.value = value)}
          required
          maxLength={500}
          autocomplete="off"
          data-testid="difference-note"
        />
        <Button type="submit" wide busy={settling.busy.value} data-testid="difference-settle">
          {t.settle}
        </Button>
      </Form>
    </Sheet>
  )
}
