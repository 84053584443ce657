import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { liveUrl } from '../route.ts'
import { studioWords } from '../words.ts'
import './new-show.css'

/** A show on the spot, with its maker as host; times, co-hosts and the shelf are set in the console. */
export function NewShow({ tenantId }: { tenantId: string }) {
  const t = studioWords.value
  const open = useSignal(false)
  return (
    <>
      <Button look="plain" size="small" icon="plus" onClick={() => (open.value = true)}>
        {t.newShow}
      </Button>
      {open.value && <NewShowDialog tenantId={tenantId} onClose={() => (open.value = false)} />}
    </>
  )
}

function NewShowDialog({ tenantId, onClose }: { tenantId: string; onClose: () => void }) {
  const t = studioWords.value
  const title = useSignal('')
  const busy = useSignal(false)
  const failure = useSignal<unknown>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    failure.value = null
    try {
      const show = await call('POST /tenants/:tenantId/shows', {
        params: { tenantId },
        body: { title: title.value.trim() },
      })
      location.assign(liveUrl(tenantId, show.id))
    } catch (error) {
      failure.value = error
      busy.value = false
    }
  }
  return (
    <Sheet title={t.newShow} shape="dialog" onClose={onClose}>
      <form class="new-show" onSubmit={submit}>
        <TextField
          label={t.newShowTitle}
          hint={t.newShowHint}
          error={failure.value === null ? null : errorText(failure.value)}
          value={title.value}
          onValue={(value) => (title.value = value)}
          required
          maxLength={120}
          autocomplete="off"
        />
        <Button type="submit" size="large" wide busy={busy.value}>
          {t.newShowCreate}
        </Button>
      </form>
    </Sheet>
  )
}
