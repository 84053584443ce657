import { type Signal, useSignal } from '@preact/signals'
import { CURRENCIES, type Currency } from '@shelfcast/shared/money.ts'
import { call, codeOf } from '../../kit/api.ts'
import { useLoad } from '../../kit/load.ts'
import { TextField } from '../../kit/ui/field.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { SelectField } from '../../kit/ui/select-field.tsx'
import { Form } from '../form.tsx'
import { NowherePage } from '../nowhere-page.tsx'
import { accountWords } from '../words.ts'
import { Door } from './door.tsx'

/** Makes the first operator of a fresh server, with the code that it printed when it started. */
export function SetupPage() {
  const t = accountWords.value.setup
  const open = useLoad((signal) => call('GET /setup', { signal }), [])
  const state = open.state.value
  if (state.is === 'failed' && codeOf(state.error) === 'not_found') return <NowherePage />
  return (
    <Door title={t.title} text={t.text}>
      <LoadView load={open}>{() => <SetupForm />}</LoadView>
    </Door>
  )
}

function SetupForm() {
  const t = accountWords.value.setup
  const code = useSignal('')
  const login = useSignal('')
  const password = useSignal('')
  const name = useSignal('')
  const shop = useSignal('')
  const slug = useSignal('')
  const currency = useSignal<Currency>('CNY')
  const bound = (value: Signal<string>) => ({
    value: value.value,
    onValue: (text: string) => {
      value.value = text
    },
    required: true,
  })
  const submit = async () => {
    const tenant = { name: shop.value, slug: slug.value, currency: currency.value }
    await call('POST /setup', {
      body: { code: code.value, login: login.value, password: password.value, name: name.value, tenant },
    })
    location.assign('/console')
  }
  return (
    <Form action={t.action} submit={submit} testId="setup">
      <TextField
        label={t.code}
        hint={t.codeHint}
        {...bound(code)}
        name="code"
        autocomplete="one-time-code"
        spellcheck={false}
        maxLength={60}
      />
      <TextField
        label={t.login}
        {...bound(login)}
        name="login"
        autocomplete="username"
        autocapitalize="none"
        maxLength={254}
      />
      <TextField
        label={t.password}
        hint={accountWords.value.profile.passwordHint}
        {...bound(password)}
        name="password"
        type="password"
        autocomplete="new-password"
        minLength={8}
        maxLength={128}
      />
      <TextField label={t.name} {...bound(name)} name="name" autocomplete="name" maxLength={40} />
      <TextField label={t.shop} {...bound(shop)} name="shop" maxLength={120} />
      <TextField
        label={t.slug}
        hint={t.slugHint}
        {...bound(slug)}
        name="slug"
        pattern="[a-z0-9\-]{3,40}"
        autocapitalize="none"
        maxLength={40}
      />
      <SelectField
        label={t.currency}
        hint={t.currencyHint}
        name="currency"
        value={currency.value}
        of={CURRENCIES}
        onValue={(value) => (currency.value = value)}
      />
    </Form>
  )
}
