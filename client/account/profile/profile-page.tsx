import { useSignal } from '@preact/signals'
import { type Answer, call } from '../../kit/api.ts'
import type { Language } from '../../kit/i18n.ts'
import { type Load, useLoad } from '../../kit/load.ts'
import { loadSession } from '../../kit/session.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field, TextField } from '../../kit/ui/field.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useAction } from '../../kit/use-action.ts'
import { Form } from '../form.tsx'
import { accountWords } from '../words.ts'
import { SessionsBox } from './sessions-box.tsx'

type Profile = Answer<'GET /me/profile'>

export function ProfilePage() {
  const t = accountWords.value
  const load = useLoad((signal) => call('GET /me/profile', { signal }), [])
  return (
    <>
      <h1>{t.sections.profile}</h1>
      <LoadView load={load}>
        {(profile) => (
          <>
            <NameBox profile={profile} load={load} />
            <LoginsBox profile={profile} />
          </>
        )}
      </LoadView>
      <PasswordBox />
      <SessionsBox />
    </>
  )
}

function NameBox({ profile, load }: { profile: Profile; load: Load<Profile> }) {
  const t = accountWords.value.profile
  const name = useSignal(profile.name)
  const language = useSignal<Language>(profile.language)
  const save = async () => {
    load.set(await call('PATCH /me/profile', { body: { name: name.value, language: language.value } }))
    toast(t.saved)
    await loadSession()
  }
  return (
    <section class="box" aria-labelledby="profile-name">
      <h2 id="profile-name">{t.about}</h2>
      <Form action={t.save} submit={save} testId="profile">
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
        <Field label={t.mailLanguage}>
          {(control) => (
            <select
              {...control}
              name="language"
              value={language.value}
              onChange={(event) => (language.value = event.currentTarget.value === 'en' ? 'en' : 'zh-CN')}
            >
              <option value="zh-CN">简体中文</option>
              <option value="en">English</option>
            </select>
          )}
        </Field>
      </Form>
    </section>
  )
}

function LoginsBox({ profile }: { profile: Profile }) {
  const t = accountWords.value.profile
  const asking = useAction()
  const hasEmail = profile.logins.some(({ kind }) => kind === 'email')
  const ask = async () => {
    if (await asking.run(() => call('POST /me/verification', { body: {} }))) toast(t.linkSent)
  }
  return (
    <section class="box" aria-labelledby="profile-logins">
      <h2 id="profile-logins">{t.logins}</h2>
      <ul class="lines">
        {profile.logins.map(({ login, kind, verified }) => (
          <li key={login}>
            <span>{login}</span>
            {kind === 'email' && (
              <span class={verified ? 'pill pill--good' : 'pill pill--wait'}>
                {verified ? t.verified : t.notVerified}
              </span>
            )}
          </li>
        ))}
      </ul>
      {profile.logins.some(({ kind, verified }) => kind === 'email' && !verified) && (
        <Button look="plain" size="small" busy={asking.busy.value} onClick={() => void ask()}>
          {t.sendLink}
        </Button>
      )}
      {!hasEmail && <p class="notice">{t.phoneOnly}</p>}
    </section>
  )
}

function PasswordBox() {
  const t = accountWords.value.profile
  const current = useSignal('')
  const next = useSignal('')
  const change = async () => {
    await call('POST /me/password', { body: { current: current.value, next: next.value } })
    current.value = ''
    next.value = ''
    toast(t.passwordChanged)
  }
  return (
    <section class="box" aria-labelledby="profile-password">
      <h2 id="profile-password">{t.password}</h2>
      <Form action={t.changePassword} submit={change} testId="password">
        <TextField
          label={t.currentPassword}
          value={current.value}
          onValue={(value) => (current.value = value)}
          type="password"
          name="current"
          autocomplete="current-password"
          required
          maxLength={128}
        />
        <TextField
          label={t.newPassword}
          hint={t.passwordHint}
          value={next.value}
          onValue={(value) => (next.value = value)}
          type="password"
          name="next"
          autocomplete="new-password"
          required
          minLength={8}
          maxLength={128}
        />
      </Form>
    </section>
  )
}
