import { loadSession } from '../../kit/session.ts'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { SignIn } from '../../kit/ui/sign-in.tsx'
import { consoleWords } from '../words.ts'
import { Blank } from './blank.tsx'
import { Brand } from './brand.tsx'
import './sign-in-page.css'

/** The door; behind it the address that was asked for is still there. */
export function SignInPage() {
  const t = consoleWords.value
  return (
    <Blank>
      <div class="door">
        <div class="door__head">
          <Brand large />
          <LanguageSwitch />
        </div>
        <section class="card door__card">
          <div>
            <h1>{t.signInTitle}</h1>
            <p class="door__text">{t.signInText}</p>
          </div>
          <SignIn onDone={() => void loadSession()} />
        </section>
      </div>
    </Blank>
  )
}
