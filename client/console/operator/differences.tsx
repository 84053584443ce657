import { useSignal } from '@preact/signals'
import type { DifferenceView } from '@shelfcast/shared/api/payments.ts'
import { CURRENCIES } from '@shelfcast/shared/money.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { money } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { Form } from '../ui/form.tsx'
import { Panel } from '../ui/panel.tsx'
import { moneyWords } from './money-words.ts'

/** Where a provider's statement and the books differ and nobody has said yet why. */
export function Differences() {
  const t = moneyWords.value
  const settling = useSignal<DifferenceView | null>(null)
  const pages = usePages(
    (after, signal) => call('GET /statement-differences', { query: { after, state: 'open' }, signal }),
    [],
  )
  return (
    <Panel title={t.differences}>
      <div class="settings__body">
        <LoadView load={pages}>
          {(differences) =>
            differences.length === 0 ? (
              <p class="settings__text">{t.noDifferences}</p>
            ) : (
              <ul class="settings__rows">
                {differences.map((one) => (
                  <DifferenceRow key={one.id} of={one} onSettle={() => (settling.value = one)} />
                ))}
              </ul>
            )
          }
        </LoadView>
        <More pages={pages} />
      </div>
      {settling.value && (
        <Settle of={settling.value} onClose={() => (settling.value = null)} onDone={pages.reload} />
      )}
    </Panel>
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
  const busy = useSignal(false)
  const failure = useSignal<string | null>(null)
  const submit = async () => {
    busy.value = true
    failure.value = null
    try {
      await call('POST /statement-differences/:differenceId/settle', {
        params: { differenceId: of.id },
        body: { note: note.value },
      })
      toast(t.settled)
      onClose()
    } catch (error) {
      failure.value = errorText(error)
    } finally {
      busy.value = false
      onDone()
    }
  }
  return (
    <Sheet title={t.kinds[of.kind]} onClose={onClose} shape="dialog" testId="settle-difference">
      <Form onSubmit={() => void submit()} failure={failure.value}>
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
        <Button type="submit" wide busy={busy.value} data-testid="difference-settle">
          {t.settle}
        </Button>
      </Form>
    </Sheet>
  )
}
