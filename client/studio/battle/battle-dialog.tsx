import { useSignal } from '@preact/signals'
import type { BattleView } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect } from 'preact/hooks'
import { standings } from '../../kit/battle/standing.ts'
import { clockText, shortCount } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useStudio } from '../live/context.ts'
import './battle.css'
import { ChallengeAnswer } from './incoming.tsx'
import { NewChallenge } from './new-challenge.tsx'
import { secondsLeft } from './seconds.ts'
import { challengeWords } from './words.ts'

/** Whom to challenge, the challenge that is open, or the battle that runs. */
export function BattleDialog() {
  const { dialog, battles } = useStudio()
  useEffect(battles.look, [])
  return (
    <Sheet
      title={challengeWords.value.title}
      onClose={() => (dialog.value = null)}
      clear
      testId="battle-dialog"
      class="challenge"
    >
      <Content />
    </Sheet>
  )
}

function Content() {
  const { battles, room } = useStudio()
  const t = challengeWords.value
  const battle = room.state.value?.battle
  const challenge = battles.challenge.value
  if (!battles.live.value) return <p class="challenge__text">{t.notLive}</p>
  if (battle?.status === 'running') return <Running battle={battle} />
  if (battle?.result) return <Over battle={battle} outcome={battle.result.outcome} />
  if (challenge?.incoming) return <ChallengeAnswer />
  if (challenge) return <Outgoing />
  return <NewChallenge />
}

function Outgoing() {
  const { battles, room } = useStudio()
  const t = challengeWords.value
  const challenge = battles.challenge.value
  if (!challenge) return null
  const { rival, durationS, expiresAt } = challenge
  return (
    <div data-testid="outgoing-challenge">
      <p class="challenge__who" role="status">
        {t.outgoing(rival.title)}
      </p>
      <p class="challenge__text">{t.about(rival.shop, t.minutes(Math.round(durationS / 60)))}</p>
      <p class="challenge__text numeric">{t.secondsLeft(secondsLeft(expiresAt, room.now.value))}</p>
      <p class="challenge__acts">
        <Button
          look="plain"
          busy={battles.busy.value}
          data-testid="withdraw-challenge"
          onClick={battles.refuse}
        >
          {t.takeBack}
        </Button>
      </p>
    </div>
  )
}

function Running({ battle }: { battle: BattleView }) {
  const { battles, room } = useStudio()
  const t = challengeWords.value
  const sure = useSignal(false)
  const { own, rival } = standings(battle, room.state.value?.score ?? null)
  return (
    <div data-testid="running-battle">
      <p class="challenge__who">{t.running(battle.rival.title)}</p>
      <p class="challenge__text">{t.score(shortCount(own.coins), shortCount(rival.coins))}</p>
      <p class="challenge__text numeric">{t.left(clockText(battle.endsAt - room.now.value))}</p>
      <p class="challenge__acts">
        {sure.value && (
          <Button look="plain" onClick={() => (sure.value = false)}>
            {t.keepOn}
          </Button>
        )}
        <Button
          look={sure.value ? 'danger' : 'plain'}
          busy={battles.busy.value}
          data-testid="give-up"
          onClick={() => {
            if (sure.value) battles.giveUp()
            else sure.value = true
          }}
        >
          {sure.value ? t.giveUpSure : t.giveUp}
        </Button>
      </p>
    </div>
  )
}

function Over({ battle, outcome }: { battle: BattleView; outcome: 'won' | 'lost' | 'draw' }) {
  const { room } = useStudio()
  const t = challengeWords.value
  const { own, rival } = standings(battle, room.state.value?.score ?? null)
  return (
    <div data-testid="battle-result">
      <p class="challenge__who">{t.result[outcome]}</p>
      <p class="challenge__text">{t.score(shortCount(own.coins), shortCount(rival.coins))}</p>
      <p class="challenge__text">{t.resultText}</p>
    </div>
  )
}
