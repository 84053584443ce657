import { useSignal } from '@preact/signals'
import { CURRENCIES, type Currency } from '@shelfcast/shared/money.ts'
import { call } from '../../kit/api.ts'
import { codeOf, errorText } from '../../kit/errors.ts'
import { loadSession } from '../../kit/session.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { SelectField } from '../../kit/ui/select-field.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { Form } from '../ui/form.tsx'
import { operatorWords } from './words.ts'

const BLANK = { name: '', slug: '', ownerLogin: '' }

/** Opens a merchant for somebody who has an account. */
export function NewTenant({ onOpened }: { onOpened: () => void }) {
  const t = operatorWords.value
  const text = useSignal(BLANK)
  const currency = useSignal<Currency>('CNY')
  const busy = useSignal(false)
  const failure = useSignal<string | null>(null)

  const submit = async () => {
    busy.value = true
    failure.value = null
    try {
      const tenant = await call('POST /tenants', { body: { ...text.value, currency: currency.value } })
      toast(t.created(tenant.name))
      text.value = BLANK
      onOpened()
      void loadSession() // it may be the operator's own
    } catch (error) {
      failure.value = codeOf(error) === 'not_found' ? t.ownerUnknown : errorText(error)
    } finally {
      busy.value = false
    }
  }
  const field = (key: keyof typeof BLANK) => ({
    value: text.value[key],
    onValue: (value: string) => {
      text.value = { ...text.value, [key]: value }
    },
    required: true,
    autocomplete: 'off',
    'data-testid': `tenant-${key}`,
  })
  return (
    <section class="card members__form" aria-labelledby="tenant-form">
      <h2 id="tenant-form">{t.newMerchant}</h2>
      <Form onSubmit={submit} failure={failure.value}>
        <TextField label={t.name} {...field('name')} maxLength={120} />
        <TextField
          label={t.slug}
          hint={t.slugHint}
          {...field('slug')}
          pattern="[a-z0-9\-]{3,40}"
          maxLength={40}
          autocapitalize="none"
          spellcheck={false}
        />
        <SelectField
          label={t.currency}
          hint={t.currencyHint}
          value={currency.value}
          of={CURRENCIES}
          onValue={(value) => (currency.value = value)}
        />
        <TextField
          label={t.owner}
          hint={t.ownerHint}
          {...field('ownerLogin')}
          maxLength={254}
          autocapitalize="none"
          spellcheck={false}
        />
        <Button type="submit" wide busy={busy.value} data-testid="tenant-open">
          {t.create}
        </Button>
      </Form>
    </section>
  )
}
