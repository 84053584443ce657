import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useAction } from '../../kit/use-action.ts'
import { recordingWords } from '../recordings/words.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Panel } from '../ui/panel.tsx'
import { consoleWords } from '../words.ts'
import type { TenantProps } from './settings-page.tsx'

const DAYS_MAX = 3650

/** How long replays are kept. */
export function ReplaysPanel({ tenant, onChanged }: TenantProps) {
  const t = recordingWords.value
  const days = useSignal(String(tenant.replayDays))
  const saving = useAction()
  const asking = useSignal(false)
  const put = async () => {
    const params = { tenantId: tenant.id }
    const body = { replayDays: Number(days.value) }
    onChanged(await call('PATCH /tenants/:tenantId', { params, body }))
    toast(t.saved)
  }
  const save = (event: Event) => {
    event.preventDefault()
    if (Number(days.value) < tenant.replayDays) asking.value = true
    else void saving.run(put)
  }
  return (
    <Panel title={t.settings}>
      <form class="settings__body" onSubmit={save}>
        <div class="settings__line">
          <TextField
            label={t.days}
            hint={t.daysHint}
            value={days.value}
            onValue={(value) => (days.value = value)}
            type="number"
            min={0}
            max={DAYS_MAX}
            step={1}
            required
            data-testid="replay-days"
          />
          <Button
            type="submit"
            busy={saving.busy.value}
            disabled={Number(days.value) === tenant.replayDays}
            data-testid="save-replay-days"
          >
            {consoleWords.value.save}
          </Button>
        </div>
      </form>
      {asking.value && (
        <Confirm
          title={t.shorten}
          text={t.shortenText(days.value)}
          action={t.shortenSure}
          run={put}
          onClose={() => (asking.value = false)}
        />
      )}
    </Panel>
  )
}
