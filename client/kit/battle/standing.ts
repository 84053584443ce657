import type { BattleScore, BattleView } from '@shelfcast/shared/protocol/parts.ts'

export type Outcome = 'won' | 'lost' | 'draw'

/** How a side of a battle stands: what it has got, who gave most, and once it is over, how it went. */
export interface Standing {
  readonly coins: number
  readonly supporters: BattleScore['own']['supporters']
  readonly outcome: Outcome | null
}

const OTHER: Record<Outcome, Outcome> = { won: 'lost', lost: 'won', draw: 'draw' }

/** The result's sums are final; until it comes, the score's count, if it is this battle's. */
export function standings(
  { id, result }: BattleView,
  told: BattleScore | null,
): { own: Standing; rival: Standing; share: number } {
  const score = told?.battleId === id ? told : null
  const side = (which: 'own' | 'rival'): Standing => ({
    coins: result?.[which] ?? score?.[which].coins ?? 0,
    supporters: score?.[which].supporters ?? [],
    outcome: result && (which === 'own' ? result.outcome : OTHER[result.outcome]),
  })
  const [own, rival] = [side('own'), side('rival')]
  return { own, rival, share: shareOf(own.coins, rival.coins) }
}

/** However far a side is behind, its colour and its number have room. */
const SHARE_MIN = 0.18

/** The part of the bar that is ours. */
export function shareOf(own: number, rival: number): number {
  const share = own + rival === 0 ? 0.5 : own / (own + rival)
  return Math.min(1 - SHARE_MIN, Math.max(SHARE_MIN, share))
}

/** Who left a battle before its time: the loser. Null where the time ended it. */
export function quitterOf({
  result,
}: BattleView): { by: 'given_up' | 'show_ended'; side: 'own' | 'rival' } | null {
  if (!result || result.by === 'time') return null
  return { by: result.by, side: result.outcome === 'lost' ? 'own' : 'rival' }
}
