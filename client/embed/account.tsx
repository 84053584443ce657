import { errorText } from '../kit/errors.ts'
import { loadSession, type Session } from '../kit/session.ts'
import { Button } from '../kit/ui/button.tsx'
import { Empty } from '../kit/ui/empty.tsx'
import { SignIn } from '../kit/ui/sign-in.tsx'
import { Spinner } from '../kit/ui/spinner.tsx'
import { embedWords } from './words.ts'

/** Everything before somebody is signed in with their own account on this origin. */
export function Account({ now, text }: { now: Exclude<Session, { is: 'in' }>; text: string }) {
  const t = embedWords.value
  switch (now.is) {
    case 'loading':
      return (
        <p class="popup__wait">
          <Spinner size={28} label={t.loading} />
        </p>
      )
    case 'failed':
      return (
        <Empty icon="wifiOff" title={errorText(now.error)}>
          <Button onClick={() => void loadSession()}>{t.tryAgain}</Button>
        </Empty>
      )
    case 'out':
      return (
        <>
          <p class="popup__text">{text}</p>
          <SignIn onDone={() => void loadSession()} />
        </>
      )
  }
}
