import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { loadSession } from '../../kit/session.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useAction } from '../../kit/use-action.ts'
import { Panel } from '../ui/panel.tsx'
import { consoleWords } from '../words.ts'
import type { TenantProps } from './settings-page.tsx'
import { settingsWords } from './words.ts'

/** What the merchant is called. */
export function NamePanel({ tenant, onChanged }: TenantProps) {
  const t = settingsWords.value
  const name = useSignal(tenant.name)
  const saving = useAction()
  const save = (event: Event) => {
    event.preventDefault()
    void saving.run(async () => {
      const params = { tenantId: tenant.id }
      onChanged(await call('PATCH /tenants/:tenantId', { params, body: { name: name.value } }))
      toast(t.saved)
      await loadSession() // the bar on top names the merchant too
    })
  }
  return (
    <Panel title={t.general}>
      <form class="settings__body" onSubmit={save}>
        <div class="settings__line">
          <TextField
            label={t.tenantName}
            hint={t.tenantNameHint}
            value={name.value}
            onValue={(value) => (name.value = value)}
            required
            maxLength={120}
            autocomplete="organization"
            data-testid="tenant-name"
          />
          <Button
            type="submit"
            busy={saving.busy.value}
            disabled={name.value.trim() === tenant.name}
            data-testid="save-name"
          >
            {consoleWords.value.save}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
