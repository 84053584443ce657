import type { BattleScore, BattleView } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect, useState } from 'preact/hooks'
import { clockText, shortCount } from '../format.ts'
import './battle-board.css'
import { quitterOf, type Standing, standings } from './standing.ts'
import { battleWords } from './words.ts'

interface BattleBoardProps {
  battle: BattleView
  score: BattleScore | null
  /** The server's clock. */
  now: number
}

/**
 * How a battle stands: a bar in the colours of both sides with its clock, who supports them, and the result over the two
 * pictures. It lies over the pictures and lets every tap through.
 */
export function BattleBoard({ battle, score, now }: BattleBoardProps) {
  const t = battleWords.value
  const { own, rival, share } = standings(battle, score)
  const quitter = quitterOf(battle)
  return (
    <section
      class="battle"
      data-testid="battle"
      data-status={battle.status}
      aria-label={t.label(battle.own.title, battle.rival.title)}
    >
      <div class="battle__bar" style={{ '--battle-share': `${share * 100}%` }}>
        <Side which="own" standing={own} />
        <p class="battle__clock">
          <b class="battle__pk">{t.pk}</b>
          {battle.status === 'running' ? (
            <>
              <span class="visually-hidden">{t.endsIn}</span>
              <time class="numeric" data-testid="battle-clock">
                {clockText(battle.endsAt - now)}
              </time>
            </>
          ) : (
            quitter && <span>{t.quit[quitter.by][quitter.side]}</span>
          )}
        </p>
        <Side which="rival" standing={rival} />
      </div>
      <div class="battle__pictures">
        <Result which="own" standing={own} />
        <Result which="rival" standing={rival} />
      </div>
      <div class="battle__supporters">
        <Supporters which="own" standing={own} />
        <Supporters which="rival" standing={rival} />
      </div>
      <News battle={battle} />
    </section>
  )
}

interface SideProps {
  which: 'own' | 'rival'
  standing: Standing
}

function Side({ which, standing }: SideProps) {
  const t = battleWords.value
  return (
    <p class={`battle__side battle__side--${which}`}>
      <span class="battle__whose">{t[which]}</span>{' '}
      <b class="numeric" data-testid={`battle-${which}`} data-coins={standing.coins}>
        {shortCount(standing.coins)}
      </b>
    </p>
  )
}

function Result({ which, standing }: SideProps) {
  const { outcome } = standing
  return (
    <p class="battle__picture">
      {outcome && (
        <b
          class={`battle__outcome battle__outcome--${outcome}`}
          data-testid={`battle-outcome-${which}`}
          data-outcome={outcome}
        >
          {battleWords.value[outcome]}
        </b>
      )}
    </p>
  )
}

function Supporters({ which, standing }: SideProps) {
  const t = battleWords.value
  const { supporters, outcome } = standing
  if (supporters.length === 0) {
    return (
      <p class={`battle__top battle__top--${which} battle__top--none`}>
        {which === 'own' && !outcome && t.noSupporters}
      </p>
    )
  }
  return (
    <ol
      class={`battle__top battle__top--${which}`}
      data-testid={`battle-top-${which}`}
      aria-label={`${t[which]}: ${t.supporters}`}
    >
      {supporters.map(({ name, coins }, index) => (
        <li key={`${index}${name}`} class="battle__fan" title={`${name}: ${t.coins(shortCount(coins))}`}>
          <span class="battle__place" aria-hidden="true">
            {index + 1}
          </span>
          <span class="battle__name">{name}</span>
          <span class="visually-hidden">{t.coins(shortCount(coins))}</span>
        </li>
      ))}
    </ol>
  )
}

/** Tells a screen reader that it begins and how it went. The region is there before its words are, else nothing is read. */
function News({ battle }: { battle: BattleView }) {
  const [said, say] = useState('')
  const t = battleWords.value
  const { result } = battle
  const words = result
    ? t.over[result.outcome](t.coins(shortCount(result.own)), t.coins(shortCount(result.rival)))
    : t.begun(battle.rival.title)
  useEffect(() => {
    const timer = setTimeout(() => say(words), 100)
    return () => clearTimeout(timer)
  }, [words])
  return (
    <p class="visually-hidden" role="status" data-testid="battle-news">
      {said}
    </p>
  )
}
