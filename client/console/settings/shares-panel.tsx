import { useSignal } from '@preact/signals'
import { type FeeRule, SHARE_BPS_MAX } from '@shelfcast/shared/api/fees.ts'
import { bpsText, parseBps } from '../../kit/amount.ts'
import { call } from '../../kit/api.ts'
import { type Load, useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useSubmit } from '../../kit/use-submit.ts'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import { Panel } from '../ui/panel.tsx'
import { consoleWords } from '../words.ts'
import { settingsWords } from './words.ts'

/** What the show's host gets of orders and tips; and, to be read, what the platform does. */
export function SharesPanel() {
  const { tenantId } = useShop()
  const t = settingsWords.value
  const load = useLoad(
    (signal) => call('GET /tenants/:tenantId/fees', { params: { tenantId }, signal }),
    [tenantId],
  )
  return (
    <Panel title={t.shares}>
      <LoadView load={load}>{(rule) => <SharesForm rule={rule} onChanged={load.set} />}</LoadView>
    </Panel>
  )
}

function SharesForm({ rule, onChanged }: { rule: FeeRule; onChanged: Load<FeeRule>['set'] }) {
  const { tenantId } = useShop()
  const t = settingsWords.value
  const ofOrders = useSignal(bpsText(rule.hostBps))
  const ofTips = useSignal(bpsText(rule.tipHostBps))
  const wrong = useSignal(false)
  const saving = useSubmit()
  const save = () => {
    const hostBps = parseBps(ofOrders.value, SHARE_BPS_MAX)
    const tipHostBps = parseBps(ofTips.value, SHARE_BPS_MAX)
    wrong.value = hostBps === null || tipHostBps === null
    if (hostBps === null || tipHostBps === null) return
    void saving.run(async () => {
      const body = { hostBps, tipHostBps }
      onChanged(await call('PUT /tenants/:tenantId/fees/host', { params: { tenantId }, body }))
      toast(t.saved)
    })
  }
  const field = (of: typeof ofOrders) => ({
    value: of.value,
    onValue: (value: string) => {
      of.value = value
    },
    error: wrong.value && parseBps(of.value, SHARE_BPS_MAX) === null ? t.badShare : null,
    required: true,
    inputMode: 'decimal' as const,
    autocomplete: 'off',
    maxLength: 6,
  })
  return (
    <div class="settings__body">
      <p class="settings__text">{t.sharesText(bpsText(rule.platformBps))}</p>
      <Form onSubmit={save} failure={saving.failure.value}>
        <div class="settings__line">
          <TextField
            label={t.hostShare}
            hint={t.hostShareHint}
            {...field(ofOrders)}
            data-testid="host-share"
          />
          <TextField label={t.tipShare} hint={t.tipShareHint} {...field(ofTips)} data-testid="tip-share" />
          <Button type="submit" busy={saving.busy.value} data-testid="save-shares">
            {consoleWords.value.save}
          </Button>
        </div>
      </Form>
    </div>
  )
}
