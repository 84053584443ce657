import { useSignal } from '@preact/signals'
import { type Answer, call } from '../../kit/api.ts'
import { useLoad } from '../../kit/load.ts'
import { Button, IconButton } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import { consoleWords } from '../words.ts'
import { draftOf, type RuleProblem, readRule, type TermsDraft, type ZoneDraft } from './shipping-draft.ts'
import './shipping-panel.css'
import { settingsWords } from './words.ts'

type Shipping = Answer<'GET /tenants/:tenantId/shipping'>

const ZONES_MAX = 50

/** What delivery costs, by where it goes. */
export function ShippingPanel() {
  const { tenantId } = useShop()
  const load = useLoad(
    (signal) => call('GET /tenants/:tenantId/shipping', { params: { tenantId }, signal }),
    [tenantId],
  )
  return (
    <Panel title={settingsWords.value.shipping}>
      <LoadView load={load}>{(shipping) => <RuleForm shipping={shipping} />}</LoadView>
    </Panel>
  )
}

function RuleForm({ shipping }: { shipping: Shipping }) {
  const { tenantId, currency, may } = useShop()
  const t = settingsWords.value
  const draft = useSignal(draftOf(shipping.rule, currency))
  const problem = useSignal<RuleProblem | null>(null)
  const saving = useAction()
  const { elsewhere, zones } = draft.value

  const setZone = (key: number, change: Partial<ZoneDraft>) => {
    const next = zones.map((zone) => (zone.key === key ? { ...zone, ...change } : zone))
    draft.value = { ...draft.value, zones: next }
  }
  const addZone = () => {
    const key = Math.max(-1, ...zones.map((zone) => zone.key)) + 1
    const country = zones.at(-1)?.country ?? ''
    const zone = { key, country, regions: '', served: true, fee: elsewhere.fee, freeFrom: '' }
    draft.value = { ...draft.value, zones: [...zones, zone] }
  }
  const save = (event: Event) => {
    event.preventDefault()
    const read = readRule(draft.value, currency)
    problem.value = 'is' in read ? read : null
    if ('is' in read) return
    void saving.run(async () => {
      await call('PUT /tenants/:tenantId/shipping', { params: { tenantId }, body: read })
      toast(t.shippingSaved)
    })
  }
  return (
    <form class="settings__body" onSubmit={save} data-testid="shipping">
      <p class="settings__text">{t.shippingText}</p>
      <fieldset class="shipping__zone" disabled={!may('catalog:write')}>
        <legend class="shipping__name">{t.elsewhere}</legend>
        <Terms
          terms={elsewhere}
          onChange={(change) => (draft.value = { ...draft.value, elsewhere: { ...elsewhere, ...change } })}
        />
      </fieldset>
      {zones.map((zone, index) => (
        <fieldset key={zone.key} class="shipping__zone" disabled={!may('catalog:write')} data-testid="zone">
          <legend class="shipping__name">{t.zone(index + 1)}</legend>
          <TextField
            label={t.country}
            placeholder="CN"
            value={zone.country}
            onValue={(country) => setZone(zone.key, { country })}
            maxLength={2}
            class="shipping__country"
            autocomplete="off"
          />
          <TextField
            label={t.regions}
            placeholder={t.regionsExample}
            value={zone.regions}
            onValue={(regions) => setZone(zone.key, { regions })}
            maxLength={1000}
            class="shipping__regions"
            autocomplete="off"
          />
          <Terms terms={zone} onChange={(change) => setZone(zone.key, change)} />
          <IconButton
            icon="trash"
            iconSize={18}
            label={t.removeZone(index + 1)}
            onClick={() =>
              (draft.value = { ...draft.value, zones: zones.filter(({ key }) => key !== zone.key) })
            }
          />
        </fieldset>
      ))}
      {problem.value && (
        <p class="form__failure" role="alert">
          {problem.value.zone === null
            ? t[problem.value.is]
            : t.inZone(problem.value.zone, t[problem.value.is])}
        </p>
      )}
      {may('catalog:write') && (
        <div class="shipping__foot">
          {zones.length < ZONES_MAX && (
            <Button look="quiet" size="small" icon="plus" onClick={addZone} data-testid="add-zone">
              {t.addZone}
            </Button>
          )}
          <Button type="submit" busy={saving.busy.value} data-testid="save-shipping">
            {consoleWords.value.save}
          </Button>
        </div>
      )}
    </form>
  )
}

function Terms({ terms, onChange }: { terms: TermsDraft; onChange: (change: Partial<TermsDraft>) => void }) {
  const t = settingsWords.value
  return (
    <>
      <label class="shipping__served">
        <input
          type="checkbox"
          checked={terms.served}
          onChange={(event) => onChange({ served: event.currentTarget.checked })}
        />
        {t.served}
      </label>
      {terms.served && (
        <>
          <TextField
            label={t.fee}
            value={terms.fee}
            onValue={(fee) => onChange({ fee })}
            placeholder="0"
            inputMode="decimal"
            class="shipping__amount"
            autocomplete="off"
            data-testid="shipping-fee"
          />
          <TextField
            label={t.freeFrom}
            value={terms.freeFrom}
            onValue={(freeFrom) => onChange({ freeFrom })}
            placeholder={t.never}
            inputMode="decimal"
            class="shipping__amount"
            autocomplete="off"
            data-testid="shipping-free-from"
          />
        </>
      )}
    </>
  )
}
