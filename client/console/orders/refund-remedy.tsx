import { useSignal } from '@preact/signals'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useSubmit } from '../../kit/use-submit.ts'
import { Form } from '../ui/form.tsx'
import { workWords } from './work-words.ts'

interface RemedyProps {
  /** Of the refund, as people read it. */
  amount: string
  again: () => Promise<unknown>
  elsewhere: (note: string) => Promise<unknown>
}

/** What can be done with a refund that its payment provider refused for good. */
export function RefundRemedy({ amount, again, elsewhere }: RemedyProps) {
  const t = workWords.value
  const asking = useAction()
  const open = useSignal(false)
  return (
    <>
      <div class="work__actions">
        <Button
          look="plain"
          size="small"
          busy={asking.busy.value}
          onClick={() => void asking.run(again)}
          aria-label={t.refundAgainOf(amount)}
          data-testid="refund-again"
        >
          {t.refundAgain}
        </Button>
        <Button
          look="plain"
          size="small"
          onClick={() => (open.value = true)}
          aria-label={t.refundElsewhereOf(amount)}
          data-testid="refund-elsewhere"
        >
          {t.refundElsewhere}
        </Button>
      </div>
      {open.value && (
        <ElsewhereSheet amount={amount} elsewhere={elsewhere} onClose={() => (open.value = false)} />
      )}
    </>
  )
}

function ElsewhereSheet({
  amount,
  elsewhere,
  onClose,
}: Omit<RemedyProps, 'again'> & { onClose: () => void }) {
  const t = workWords.value
  const note = useSignal('')
  const sending = useSubmit()
  const submit = async () => {
    if (await sending.run(() => elsewhere(note.value))) onClose()
  }
  return (
    <Sheet
      title={t.refundElsewhereOf(amount)}
      onClose={onClose}
      shape="dialog"
      testId="refund-elsewhere-sheet"
    >
      <Form onSubmit={() => void submit()} failure={sending.failure.value}>
        <p class="settings__text">{t.refundElsewhereText}</p>
        <TextField
          label={t.refundHow}
          hint={t.refundHowHint}
          value={note.value}
          onValue={(value) => (note.value = value)}
          required
          maxLength={300}
          autocomplete="off"
          data-testid="refund-how"
        />
        <Button type="submit" wide busy={sending.busy.value} data-testid="refund-elsewhere-save">
          {t.refundElsewhereSave}
        </Button>
      </Form>
    </Sheet>
  )
}
