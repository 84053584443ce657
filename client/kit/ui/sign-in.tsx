import { useSignal } from '@preact/signals'
import { type Answer, call } from '../api.ts'
import { errorText } from '../errors.ts'
import { Button } from './button.tsx'
import { TextField } from './field.tsx'
import './sign-in.css'
import { kitWords } from './words.ts'

export type SignedIn = Answer<'POST /sessions'>

export interface SignInProps {
  onDone: (person: SignedIn) => void
  /** Whether people may make an account here; staff of a merchant are invited instead. */
  signUp?: boolean | undefined
}

/** The sign-in form of all apps, with sign-up behind a switch. The session itself is an HttpOnly cookie. */
export function SignIn({ onDone, signUp = true }: SignInProps) {
  const t = kitWords.value
  const creating = useSignal(false)
  const login = useSignal('')
  const password = useSignal('')
  const name = useSignal('')
  const busy = useSignal(false)
  const failure = useSignal<unknown>(null)

  const submit = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    failure.value = null
    const credentials = { login: login.value, password: password.value }
    try {
      onDone(
        creating.value
          ? await call('POST /people', { body: { ...credentials, name: name.value } })
          : await call('POST /sessions', { body: credentials }),
      )
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }

  const toggle = () => {
    creating.value = !creating.value
    failure.value = null
  }

  return (
    <form class="sign-in" onSubmit={submit} data-testid="sign-in">
      <TextField
        label={t.login}
        hint={creating.value ? t.loginHint : undefined}
        value={login.value}
        onValue={(value) => (login.value = value)}
        name="login"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        maxLength={254}
      />
      {creating.value && (
        <TextField
          label={t.name}
          hint={t.nameHint}
          value={name.value}
          onValue={(value) => (name.value = value)}
          name="name"
          autocomplete="nickname"
          required
          maxLength={40}
        />
      )}
      <TextField
        label={t.password}
        hint={creating.value ? t.passwordHint : undefined}
        value={password.value}
        onValue={(value) => (password.value = value)}
        name="password"
        type="password"
        autocomplete={creating.value ? 'new-password' : 'current-password'}
        required
        minLength={creating.value ? 8 : 1}
        maxLength={128}
      />
      {failure.value !== null && (
        <p class="sign-in__error" role="alert">
          {errorText(failure.value)}
        </p>
      )}
      <div class="sign-in__actions">
        <Button type="submit" size="large" wide busy={busy.value} data-testid="sign-in-submit">
          {busy.value ? t.signingIn : creating.value ? t.signUp : t.signIn}
        </Button>
        {signUp && (
          <Button look="quiet" wide onClick={toggle} data-testid="sign-in-switch">
            {creating.value ? t.haveAccount : t.noAccount}
          </Button>
        )}
      </div>
    </form>
  )
}
