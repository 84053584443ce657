import { Button } from '../../kit/ui/button.tsx'
import { useStudio } from '../live/context.ts'
import './battle.css'
import { secondsLeft } from './seconds.ts'
import { challengeWords } from './words.ts'

/** Another show challenges this one: it is to be seen whatever the host does, and answered by one tap. */
export function IncomingChallenge() {
  const { battles, dialog } = useStudio()
  const challenge = battles.challenge.value
  if (!challenge?.incoming || dialog.value === 'battle') return null
  return (
    <div class="incoming" data-testid="incoming-challenge">
      <ChallengeAnswer />
    </div>
  )
}

/** Who challenges, and yes or no. */
export function ChallengeAnswer() {
  const { battles, room } = useStudio()
  const t = challengeWords.value
  const challenge = battles.challenge.value
  if (!challenge) return null
  const { rival, durationS, expiresAt } = challenge
  return (
    <>
      <div role="alert">
        <p class="challenge__who">{t.incoming(rival.title)}</p>
        <p class="challenge__text">{t.about(rival.shop, t.minutes(Math.round(durationS / 60)))}</p>
      </div>
      <p class="challenge__text numeric">{t.secondsLeft(secondsLeft(expiresAt, room.now.value))}</p>
      <p class="challenge__acts">
        <Button look="sell" busy={battles.busy.value} data-testid="accept-challenge" onClick={battles.accept}>
          {t.accept}
        </Button>
        <Button look="plain" data-testid="decline-challenge" onClick={battles.refuse}>
          {t.decline}
        </Button>
      </p>
    </>
  )
}
