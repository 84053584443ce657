import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { navigate } from '../navigate.ts'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import { consoleWords } from '../words.ts'

/** Plans a show and goes on to its desk, where the shelf is filled. */
export function NewShow({ onClose }: { onClose: () => void }) {
  const { tenantId } = useShop()
  const t = consoleWords.value
  const title = useSignal('')
  const time = useSignal('')
  const busy = useSignal(false)
  const failure = useSignal<unknown>(null)

  const submit = async () => {
    busy.value = true
    failure.value = null
    try {
      const show = await call('POST /tenants/:tenantId/shows', {
        params: { tenantId },
        body: { title: title.value, scheduledAt: timeOf(time.value) },
      })
      toast(t.showCreated)
      navigate({ page: 'desk', tenantId, showId: show.id })
    } catch (error) {
      failure.value = error
      busy.value = false
    }
  }
  return (
    <Sheet title={t.newShow} onClose={onClose} shape="dialog">
      <Form onSubmit={submit} failure={failure.value === null ? null : errorText(failure.value)}>
        <TextField
          label={t.showTitle}
          value={title.value}
          onValue={(value) => (title.value = value)}
          required
          maxLength={120}
          autofocus
          data-testid="show-title"
        />
        <TextField
          label={t.showTime}
          hint={t.showTimeHint}
          type="datetime-local"
          value={time.value}
          onValue={(value) => (time.value = value)}
        />
        <Button type="submit" wide busy={busy.value} data-testid="show-create">
          {t.createShow}
        </Button>
      </Form>
    </Sheet>
  )
}

/** What a datetime-local field holds, in this device's time zone. */
function timeOf(text: string): number | null {
  const time = new Date(text).getTime()
  return Number.isNaN(time) ? null : time
}
