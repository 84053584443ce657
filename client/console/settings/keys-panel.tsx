import { useSignal } from '@preact/signals'
import { type Answer, call } from '../../kit/api.ts'
import { dateTime } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Panel } from '../ui/panel.tsx'
import { AddKey } from './add-key.tsx'
import { CodeBlock } from './code-block.tsx'
import { tokenSnippet } from './snippet.ts'
import { settingsWords } from './words.ts'

type Keys = Answer<'GET /tenants/:tenantId/identity-keys'>
type Key = Keys['items'][number]

/** The keys with which the merchant's own site says who its customers are. */
export function KeysPanel({ tenantId }: { tenantId: string }) {
  const t = settingsWords.value
  const load = useLoad(
    (signal) => call('GET /tenants/:tenantId/identity-keys', { params: { tenantId }, signal }),
    [tenantId],
  )
  const revoking = useSignal<Key | null>(null)
  const revoke = async (keyId: string) => {
    await call('DELETE /tenants/:tenantId/identity-keys/:keyId', { params: { tenantId, keyId } })
    load.reload()
  }
  return (
    <Panel title={t.keys}>
      <div class="settings__body">
        <p class="settings__text">{t.keysText}</p>
        <LoadView load={load}>
          {({ items, audience, issuer }) => (
            <>
              {items.length > 0 && (
                <ul class="settings__rows">
                  {items.map((key) => (
                    <KeyRow key={key.id} of={key} onRevoke={() => (revoking.value = key)} />
                  ))}
                </ul>
              )}
              <AddKey tenantId={tenantId} onAdded={load.reload} />
              <CodeBlock
                label={t.tokenExample}
                code={tokenSnippet(audience, issuer, items[0]?.id ?? 'key_…')}
                testId="token-snippet"
              />
            </>
          )}
        </LoadView>
      </div>
      {revoking.value && (
        <Confirm
          title={t.revokeTitle}
          text={t.revokeText(revoking.value.name)}
          action={t.revoke}
          run={() => revoke(revoking.value?.id ?? '')}
          onClose={() => (revoking.value = null)}
        />
      )}
    </Panel>
  )
}

function KeyRow({ of, onRevoke }: { of: Key; onRevoke: () => void }) {
  const t = settingsWords.value
  return (
    <li class="settings__row" data-testid="key-row">
      <span class="settings__grow">
        {of.name}
        <span class="settings__text settings__detail">
          <code>{of.id}</code> · {of.lastUsedAt === null ? t.neverUsed : t.lastUsed(dateTime(of.lastUsedAt))}
        </span>
      </span>
      <Button look="plain" size="small" onClick={onRevoke} aria-label={t.revokeLabel(of.name)}>
        {t.revoke}
      </Button>
    </li>
  )
}
