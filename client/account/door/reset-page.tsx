import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import { TextField } from '../../kit/ui/field.tsx'
import { Form } from '../form.tsx'
import { Link } from '../navigate.tsx'
import { accountWords } from '../words.ts'
import { Door } from './door.tsx'
import { takeToken } from './token.ts'

/** `/reset` asks for a link by mail; with a mailed link, `/reset#…`, it takes the new password. */
export function ResetPage() {
  const token = useMemo(takeToken, [])
  return token === null ? <AskForLink /> : <NewPassword token={token} />
}

function AskForLink() {
  const t = accountWords.value
  const login = useSignal('')
  const sent = useSignal(false)
  return (
    <Door title={t.reset.title} text={sent.value ? t.reset.sent : t.reset.text}>
      {!sent.value && (
        <Form
          action={t.reset.send}
          testId="reset-ask"
          submit={async () => {
            await call('POST /password-resets', { body: { login: login.value } })
            sent.value = true
          }}
        >
          <TextField
            label={t.reset.email}
            hint={t.reset.phoneHint}
            value={login.value}
            onValue={(value) => (login.value = value)}
            type="email"
            name="login"
            autocomplete="username"
            required
            maxLength={254}
          />
        </Form>
      )}
      <p>
        <Link to={{ page: 'orders' }}>{t.toSignIn}</Link>
      </p>
    </Door>
  )
}

function NewPassword({ token }: { token: string }) {
  const t = accountWords.value
  const password = useSignal('')
  const done = useSignal(false)
  return (
    <Door title={t.reset.newTitle} text={done.value ? t.reset.done : t.reset.newText}>
      {!done.value && (
        <Form
          action={t.reset.save}
          testId="reset-use"
          submit={async () => {
            await call('POST /password-resets/use', { body: { token, password: password.value } })
            done.value = true
          }}
        >
          <TextField
            label={t.profile.newPassword}
            hint={t.profile.passwordHint}
            value={password.value}
            onValue={(value) => (password.value = value)}
            type="password"
            name="password"
            autocomplete="new-password"
            required
            minLength={8}
            maxLength={128}
          />
        </Form>
      )}
      <p>{done.value ? <a href="/me">{t.toSignIn}</a> : <a href="/reset">{t.reset.again}</a>}</p>
    </Door>
  )
}
