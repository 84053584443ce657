import { type Signal, useSignal } from '@preact/signals'
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
  const form = useSignIn(onDone)
  const creating = form.creating.value
  return (
    <form class="sign-in" onSubmit={form.submit} data-testid="sign-in">
      <SignInFields fields={form.fields} creating={creating} />
      {form.failure.value !== null && (
        <p class="sign-in__error" role="alert">
          {errorText(form.failure.value)}
        </p>
      )}
      <div class="sign-in__actions">
        <Button type="submit" size="large" wide busy={form.busy.value} data-testid="sign-in-submit">
          {form.busy.value ? t.signingIn : creating ? t.signUp : t.signIn}
        </Button>
        {!creating && (
          // In a window of its own: a show that runs here runs on.
          <a class="sign-in__forgot" href="/reset" target="_blank" rel="noopener">
            {t.forgot}
          </a>
        )}
        {signUp && (
          <Button look="quiet" wide onClick={form.toggle} data-testid="sign-in-switch">
            {creating ? t.haveAccount : t.noAccount}
          </Button>
        )}
      </div>
    </form>
  )
}

function useSignIn(onDone: (person: SignedIn) => void) {
  const creating = useSignal(false)
  const fields = { login: useSignal(''), password: useSignal(''), name: useSignal('') }
  const busy = useSignal(false)
  const failure = useSignal<unknown>(null)

  const enter = () => {
    const credentials = { login: fields.login.value, password: fields.password.value }
    return creating.value
      ? call('POST /people', { body: { ...credentials, name: fields.name.value } })
      : call('POST /sessions', { body: credentials })
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    failure.value = null
    try {
      onDone(await enter())
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
  return { creating, fields, busy, failure, submit, toggle }
}

interface FieldsProps {
  fields: { login: Signal<string>; password: Signal<string>; name: Signal<string> }
  creating: boolean
}

function SignInFields({ fields, creating }: FieldsProps) {
  const t = kitWords.value
  const bound = (name: keyof typeof fields) => ({
    name,
    value: fields[name].value,
    onValue: (value: string) => {
      fields[name].value = value
    },
    required: true,
  })
  return (
    <>
      <TextField
        label={t.login}
        hint={creating ? t.loginHint : undefined}
        {...bound('login')}
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        maxLength={254}
      />
      {creating && (
        <TextField
          label={t.name}
          hint={t.nameHint}
          {...bound('name')}
          autocomplete="nickname"
          maxLength={40}
        />
      )}
      <TextField
        label={t.password}
        hint={creating ? t.passwordHint : undefined}
        {...bound('password')}
        type="password"
        autocomplete={creating ? 'new-password' : 'current-password'}
        minLength={creating ? 8 : 1}
        maxLength={128}
      />
    </>
  )
}
