import { useSignal } from '@preact/signals'
import { type Answer, call } from '../../kit/api.ts'
import { dateTime } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { CopyButton } from '../../kit/ui/copy-button.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useAction } from '../../kit/use-action.ts'
import './encoder.css'
import { encoderWords } from './encoder-words.ts'

type StreamKey = Answer<'GET /tenants/:tenantId/stream-key'>

/** Where a host gets what OBS or another encoder needs: the address and a key of their own. */
export function Encoder({ tenantId }: { tenantId: string }) {
  const open = useSignal(false)
  const t = encoderWords.value
  return (
    <>
      <Button look="quiet" size="small" onClick={() => (open.value = true)} data-testid="encoder">
        {t.title}
      </Button>
      {open.value && (
        <Sheet title={t.title} shape="dialog" onClose={() => (open.value = false)} testId="encoder-dialog">
          <KeyDialog tenantId={tenantId} />
        </Sheet>
      )}
    </>
  )
}

function KeyDialog({ tenantId }: { tenantId: string }) {
  const t = encoderWords.value
  const params = { tenantId }
  const load = useLoad((signal) => call('GET /tenants/:tenantId/stream-key', { params, signal }), [tenantId])
  const made = useSignal<string | null>(null)
  const doing = useAction()
  const make = () =>
    doing.run(async () => {
      const { key, url, ...facts } = await call('PUT /tenants/:tenantId/stream-key', { params })
      made.value = key
      load.set({ url, key: facts })
    })
  const revoke = () =>
    doing.run(async () => {
      await call('DELETE /tenants/:tenantId/stream-key', { params })
      made.value = null
      load.reload()
      toast(t.revoked)
    })
  return (
    <LoadView load={load}>
      {({ url, key }) => (
        <div class="encoder">
          <p>{t.text}</p>
          <CopyLine label={t.server} text={url} testId="whip-url" />
          {made.value !== null ? (
            <>
              <CopyLine label={t.key} text={made.value} testId="stream-key" />
              <p role="status">{t.once}</p>
            </>
          ) : (
            <KeyState of={key} />
          )}
          <div class="encoder__actions">
            <Button
              look={key === null ? 'primary' : 'plain'}
              busy={doing.busy.value}
              onClick={() => void make()}
              data-testid="make-key"
            >
              {key === null ? t.make : t.replace}
            </Button>
            {key !== null && (
              <Button look="quiet" disabled={doing.busy.value} onClick={() => void revoke()}>
                {t.revoke}
              </Button>
            )}
          </div>
          {key !== null && <p class="encoder__text">{t.replaceHint}</p>}
          <p class="encoder__text">{t.settings}</p>
        </div>
      )}
    </LoadView>
  )
}

function KeyState({ of }: { of: StreamKey['key'] }) {
  const t = encoderWords.value
  if (of === null) return <p class="encoder__text">{t.noKey}</p>
  return (
    <p class="encoder__text">
      {t.hasKey(dateTime(of.createdAt))}{' '}
      {of.lastUsedAt === null ? t.neverUsed : t.lastUsed(dateTime(of.lastUsedAt))}
    </p>
  )
}

function CopyLine({ label, text, testId }: { label: string; text: string; testId: string }) {
  return (
    <div class="encoder__line">
      <span class="encoder__label">{label}</span>
      <code class="encoder__code" data-testid={testId}>
        {text}
      </code>
      <CopyButton text={text} of={label} />
    </div>
  )
}
