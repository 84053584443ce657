import { useSignal } from '@preact/signals'
import { call } from '../kit/api.ts'
import { errorText } from '../kit/errors.ts'
import { type Session, signOut } from '../kit/session.ts'
import { Button } from '../kit/ui/button.tsx'
import '../kit/ui/sheet-notice.css'
import { Account } from './account.tsx'
import { Lost } from './message.tsx'
import { tellOpener } from './opener.ts'
import type { Task } from './task.ts'
import { embedWords } from './words.ts'

type SignInTask = Extract<Task, { is: 'sign-in' }>

/** Hands the person who is signed in here over to the player, after asking them. */
export function SignInPage({ task, now }: { task: SignInTask; now: Session }) {
  const t = embedWords.value
  const busy = useSignal(false)
  const lost = useSignal(false)
  const failure = useSignal<unknown>(null)
  const attempt = async (work: () => Promise<unknown>) => {
    busy.value = true
    failure.value = null
    try {
      await work()
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }
  const handOver = () =>
    attempt(async () => {
      const { showId, origin, challenge } = task
      const { code } = await call('POST /embed/codes', { body: { showId, origin, challenge } })
      if (tellOpener({ shelfcast: 'code', code })) window.close()
      else lost.value = true
    })
  if (lost.value) return <Lost showId={task.showId} />
  const text = t.signInText(new URL(task.origin).host)
  return (
    <section class="popup__card">
      <h1 class="popup__title">{t.signInTitle}</h1>
      {now.is !== 'in' ? (
        <Account now={now} text={text} />
      ) : (
        <>
          <p class="popup__text">{text}</p>
          <p class="popup__text">{t.coinsStay}</p>
          <div class="popup__actions">
            <Button
              size="large"
              wide
              busy={busy.value}
              onClick={() => void handOver()}
              data-testid="continue-as"
            >
              {t.continueAs(now.me.person.name)}
            </Button>
            <Button look="quiet" wide disabled={busy.value} onClick={() => void attempt(signOut)}>
              {t.otherAccount}
            </Button>
          </div>
        </>
      )}
      {failure.value !== null && (
        <p class="sheet-notice sheet-notice--bad" role="alert">
          {errorText(failure.value)}
        </p>
      )}
    </section>
  )
}
