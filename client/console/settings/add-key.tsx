import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { codeOf, errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field, TextField } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import '../ui/form.css'
import { CodeBlock } from './code-block.tsx'
import { settingsWords } from './words.ts'

interface Props {
  tenantId: string
  onAdded: () => void
}

/** Makes a key here, or takes the public half of the merchant's own. */
export function AddKey({ tenantId, onAdded }: Props) {
  const t = settingsWords.value
  const name = useSignal('')
  const publicKey = useSignal('')
  const own = useSignal(false)
  const busy = useSignal(false)
  const failure = useSignal<string | null>(null)
  /** The private half, which is shown once. */
  const secret = useSignal<string | null>(null)
  const add = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    failure.value = null
    try {
      const body = { name: name.value, ...(own.value ? { publicKey: publicKey.value } : {}) }
      const params = { tenantId }
      const { privateKey } = await call('POST /tenants/:tenantId/identity-keys', { params, body })
      secret.value = privateKey
      name.value = ''
      publicKey.value = ''
      onAdded()
    } catch (error) {
      failure.value = own.value && codeOf(error) === 'invalid_input' ? t.badKey : errorText(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <form class="settings__form" onSubmit={add}>
      <TextField
        label={t.keyName}
        hint={t.keyNameHint}
        value={name.value}
        onValue={(value) => (name.value = value)}
        required
        maxLength={40}
        autocomplete="off"
        data-testid="key-name"
      />
      <label class="settings__check">
        <input
          type="checkbox"
          checked={own.value}
          onChange={(event) => (own.value = event.currentTarget.checked)}
        />
        {t.ownKey}
      </label>
      {own.value && (
        <Field label={t.publicKey} hint={t.publicKeyHint}>
          {(control) => (
            <textarea
              {...control}
              rows={4}
              required
              maxLength={500}
              spellcheck={false}
              value={publicKey.value}
              placeholder="-----BEGIN PUBLIC KEY-----"
              onInput={(event) => (publicKey.value = event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      {failure.value && (
        <p class="form__failure" role="alert">
          {failure.value}
        </p>
      )}
      <div>
        <Button type="submit" look="plain" icon="plus" busy={busy.value} data-testid="add-key">
          {t.addKey}
        </Button>
      </div>
      {secret.value !== null && <Secret code={secret.value} onClose={() => (secret.value = null)} />}
    </form>
  )
}

/** It is shown once, so leaving without a word that it was kept is asked about. */
function Secret({ code, onClose }: { code: string; onClose: () => void }) {
  const t = settingsWords.value
  const leaving = useSignal(false)
  const leave = () => {
    if (leaving.value) onClose()
    leaving.value = true
  }
  return (
    <Sheet title={t.secretTitle} onClose={leave} shape="dialog" testId="key-secret">
      <div class="settings__form">
        <p>{t.secretText}</p>
        <CodeBlock label={t.secretLabel} code={code} testId="private-key" />
        {leaving.value && (
          <p class="form__failure" role="alert">
            {t.secretNotKept}
          </p>
        )}
        <Button onClick={onClose} data-testid="secret-kept">
          {t.secretKept}
        </Button>
      </div>
    </Sheet>
  )
}
