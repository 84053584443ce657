import { loadSession } from '../../kit/session.ts'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { SignIn } from '../../kit/ui/sign-in.tsx'
import { studioWords } from '../words.ts'
import { Brand } from './brand.tsx'
import './sign-in-page.css'

/** Hosts are invited by their shop, so there is no sign-up here. */
export function SignInPage() {
  const t = studioWords.value
  return (
    <main class="sign-in-page">
      <div class="sign-in-page__top">
        <Brand />
        <LanguageSwitch />
      </div>
      <section class="sign-in-page__card">
        <h1 class="sign-in-page__title">{t.signInTitle}</h1>
        <p class="sign-in-page__text">{t.signInText}</p>
        <SignIn signUp={false} onDone={loadSession} />
      </section>
    </main>
  )
}
