import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { codeOf, errorText } from '../../kit/errors.ts'
import { Button, IconButton } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Panel } from '../ui/panel.tsx'
import type { TenantProps } from './settings-page.tsx'
import { settingsWords } from './words.ts'

const ORIGINS_MAX = 20

/** On which sites the player may be embedded. */
export function OriginsPanel({ tenant, onChanged }: TenantProps) {
  const t = settingsWords.value
  const removing = useSignal<string | null>(null)
  const put = async (allowedOrigins: string[]) => {
    const params = { tenantId: tenant.id }
    onChanged(await call('PATCH /tenants/:tenantId', { params, body: { allowedOrigins } }))
  }
  const origins = tenant.allowedOrigins
  return (
    <Panel title={t.origins}>
      <div class="settings__body">
        <p class="settings__text">{origins.length > 0 ? t.originsText : t.noOrigins}</p>
        {origins.length > 0 && (
          <ul class="settings__rows">
            {origins.map((origin) => (
              <li key={origin} class="settings__row" data-testid="origin-row">
                <span class="settings__grow">{origin}</span>
                <IconButton
                  icon="trash"
                  label={t.removeOrigin(origin)}
                  onClick={() => (removing.value = origin)}
                />
              </li>
            ))}
          </ul>
        )}
        <AddOrigin origins={origins} put={put} />
      </div>
      {removing.value !== null && (
        <Confirm
          title={t.removeOriginTitle}
          text={t.removeOriginText(removing.value)}
          action={t.remove}
          run={() => put(origins.filter((origin) => origin !== removing.value))}
          onClose={() => (removing.value = null)}
        />
      )}
    </Panel>
  )
}

interface AddProps {
  origins: readonly string[]
  put: (origins: string[]) => Promise<void>
}

function AddOrigin({ origins, put }: AddProps) {
  const t = settingsWords.value
  const text = useSignal('')
  const failure = useSignal<string | null>(null)
  const busy = useSignal(false)
  const add = async (event: Event) => {
    event.preventDefault()
    const typed = text.value.trim()
    const origin = URL.canParse(typed) ? new URL(typed).origin : typed
    failure.value = origins.includes(origin)
      ? t.knownOrigin
      : origins.length >= ORIGINS_MAX
        ? t.tooManyOrigins
        : null
    if (failure.value) return
    busy.value = true
    try {
      await put([...origins, typed])
      text.value = ''
    } catch (error) {
      failure.value = codeOf(error) === 'invalid_input' ? t.badOrigin : errorText(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <form class="settings__line" onSubmit={add}>
      <TextField
        label={t.origin}
        hint={t.originHint}
        error={failure.value}
        value={text.value}
        onValue={(value) => (text.value = value)}
        required
        maxLength={200}
        inputMode="url"
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
        data-testid="origin"
      />
      <Button type="submit" look="plain" icon="plus" busy={busy.value} data-testid="add-origin">
        {t.addOrigin}
      </Button>
    </form>
  )
}
