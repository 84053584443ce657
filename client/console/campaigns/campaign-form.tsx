import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { price } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field, TextField } from '../../kit/ui/field.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useShop } from '../shop.ts'
import { skuLabel } from '../sku.ts'
import { Form } from '../ui/form.tsx'
import { useLater } from '../use-later.ts'
import { type CampaignText, readCampaign } from './draft.ts'
import { campaignWords } from './words.ts'

const BLANK: CampaignText = { name: '', skuId: '', price: '', starts: '', ends: '' }

/** Gives a SKU a price for some time. */
export function CampaignForm({ onCreated }: { onCreated: () => void }) {
  const { tenantId, currency } = useShop()
  const t = campaignWords.value
  const text = useSignal(BLANK)
  const sought = useSignal('')
  const busy = useSignal(false)
  const failure = useSignal<string | null>(null)
  const q = useLater(sought.value.trim()).value
  const { state } = useLoad(
    async (signal) => {
      const query = { limit: 50, status: 'active' as const, ...(q ? { q } : {}) }
      return (await call('GET /tenants/:tenantId/products', { params: { tenantId }, query, signal })).items
    },
    [tenantId, q],
  )
  const products = state.value.is === 'ready' ? state.value.value : []
  const sku = products.flatMap(({ skus }) => skus).find(({ id }) => id === text.value.skuId)

  const set = (change: Partial<CampaignText>) => {
    text.value = { ...text.value, ...change }
    failure.value = null
  }
  const submit = async () => {
    if (busy.value) return
    const read = readCampaign(text.value, currency, sku?.priceMinor ?? null, Date.now())
    failure.value = 'wrong' in read ? t[read.wrong] : null
    if ('wrong' in read) return
    busy.value = true
    try {
      await call('POST /tenants/:tenantId/campaign-prices', { params: { tenantId }, body: read })
      toast(t.created)
      text.value = { ...text.value, skuId: '', price: '' } // the next product of the same campaign
      onCreated()
    } catch (error) {
      failure.value = errorText(error)
    } finally {
      busy.value = false
    }
  }
  const time = (field: 'starts' | 'ends') => (
    <Field label={t[field]}>
      {(control) => (
        <input
          {...control}
          type="datetime-local"
          required
          value={text.value[field]}
          onInput={(event) => set({ [field]: event.currentTarget.value })}
          data-testid={`campaign-${field}`}
        />
      )}
    </Field>
  )
  return (
    <section class="card campaigns__form" aria-labelledby="campaign-form">
      <h2 id="campaign-form">{t.newOne}</h2>
      <Form onSubmit={() => void submit()} failure={failure.value}>
        <TextField
          label={t.name}
          placeholder={t.nameExample}
          value={text.value.name}
          onValue={(name) => set({ name })}
          required
          maxLength={120}
          autocomplete="off"
          data-testid="campaign-name"
        />
        <TextField
          label={t.find}
          type="search"
          value={sought.value}
          onValue={(value) => (sought.value = value)}
          maxLength={80}
          autocomplete="off"
        />
        <Field label={t.product}>
          {(control) => (
            <select
              {...control}
              value={text.value.skuId}
              onChange={(event) => set({ skuId: event.currentTarget.value })}
              data-testid="campaign-sku"
            >
              <option value="">{t.choose}</option>
              {products.map((product) => (
                <optgroup key={product.id} label={product.title}>
                  {product.skus.map((one) => (
                    <option key={one.id} value={one.id}>
                      {`${product.title} · ${skuLabel(one)} · ${price(one.priceMinor, currency)}`}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label={t.price}
          value={text.value.price}
          onValue={(value) => set({ price: value })}
          placeholder={sku && price(sku.priceMinor, currency)}
          inputMode="decimal"
          autocomplete="off"
          data-testid="campaign-price"
        />
        {time('starts')}
        {time('ends')}
        <Button type="submit" wide busy={busy.value} data-testid="campaign-create">
          {t.create}
        </Button>
      </Form>
    </section>
  )
}
